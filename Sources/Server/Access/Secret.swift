/// Secrets that Steno makes.
package enum Secret {
  /// In front of every key, so that scanners of leaked secrets and people know it.
  package static let prefix = "steno_"

  /// 256 random bits as text: `steno_` and 43 characters.
  package static func make() -> String { prefix + Base64URL.encode(randomBytes()) }

  /// 32 bytes of the system's generator, which is seeded for cryptography.
  static func randomBytes() -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}
