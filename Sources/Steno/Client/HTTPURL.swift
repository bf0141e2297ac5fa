/// The origin of a Steno, as `--url` names it: `http://127.0.0.1:4318`.
struct HTTPURL {
  var host: String
  var port: Int

  var origin: String { "http://" + (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Path and query are ignored; without a port it is 80, as everywhere.
  init(_ text: String) throws(CommandFailure) {
    let scheme = "http://"
    guard text.lowercased().hasPrefix(scheme) else {
      throw .usage("--url must begin with http://", hint: "for example http://127.0.0.1:4318")
    }
    var authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
    var port = 80
    if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
      guard let number = UInt16(authority[authority.index(after: colon)...]) else {
        throw .usage("--url has a port that is no number", hint: "for example http://127.0.0.1:4318")
      }
      port = Int(number)
      authority = authority[..<colon]
    }
    if authority.first == "[", authority.last == "]" { authority = authority.dropFirst().dropLast() }
    guard !authority.isEmpty else { throw .usage("--url names no host", hint: "for example http://127.0.0.1:4318") }
    self.init(host: String(authority), port: port)
  }

  /// `--url`, else the address that STENO_HOST and STENO_PORT give a server on this machine.
  static func of(_ flag: String?, _ environment: Environment) throws(CommandFailure) -> HTTPURL {
    if let text = flag ?? environment["STENO_URL"] { return try HTTPURL(text) }
    let host = environment["STENO_HOST"] ?? "127.0.0.1"
    guard let port = UInt16(environment["STENO_PORT"] ?? "4318") else {
      throw .usage("STENO_PORT must be a port, 0…65535")
    }
    return HTTPURL(host: ["0.0.0.0", "::"].contains(host) ? "127.0.0.1" : host, port: Int(port))
  }
}
