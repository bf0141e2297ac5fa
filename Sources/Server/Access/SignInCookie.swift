import HTTPTypes

/// The cookie of a browser that signed in with a key. It holds a token that is good until the server ends or the key is
/// revoked, never the key: a browser sends cookies of 127.0.0.1 to whatever listens on another port of it, too.
enum SignInCookie {
  static let name = "steno_sign_in"

  /// The token in a `Cookie` field. Source: RFC 6265 §5.4.
  static func token(in field: String) -> String? {
    for pair in field.split(separator: ";") {
      let parts = pair.trimmingSpace.split(separator: "=", maxSplits: 1)
      if parts.count == 2, parts[0] == name { return String(parts[1]) }
    }
    return nil
  }

  /// No script reads it, no other site's page sends it, and it goes with the browser's own session.
  static func setting(_ token: String, isSecure: Bool) -> String {
    "\(name)=\(token); Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
  }

  static let clearing = "\(name)=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
}
