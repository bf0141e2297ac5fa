/// Source: RFC 4648 §4 and §5.
enum Base64 {
  static func encode(_ bytes: [UInt8]) -> String { Base64URL.encode(bytes, Base64URL.standard, isPadded: true) }

  /// With or without padding; nil for what is no base64.
  static func decode(_ text: String) -> [UInt8]? {
    var rest = text[...]
    while rest.utf8.last == UInt8(ascii: "=") { rest.removeLast() }
    return Base64URL.decode(String(rest), Base64URL.standard)
  }
}

enum Base64URL {
  fileprivate static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  static func encode(_ bytes: [UInt8]) -> String { encode(bytes, urlSafe, isPadded: false) }

  fileprivate static func encode(_ bytes: [UInt8], _ alphabet: [UInt8], isPadded: Bool) -> String {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        out.append(alphabet[Int(bits >> count & 63)])
      }
    }
    if count > 0 { out.append(alphabet[Int(bits << (6 - count) & 63)]) }
    while isPadded, out.count % 4 != 0 { out.append(UInt8(ascii: "=")) }
    return String(decoding: out, as: UTF8.self)
  }

  /// nil: a character outside the alphabet, a length that no text has, or bits set behind the last byte.
  static func decode(_ text: String) -> [UInt8]? { decode(text, urlSafe) }

  fileprivate static func decode(_ text: String, _ alphabet: [UInt8]) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for character in text.utf8 {
      guard let value = alphabet.firstIndex(of: character) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> count))
      }
    }
    guard count < 6, bits & (1 << count - 1) == 0 else { return nil }
    return bytes
  }
}
