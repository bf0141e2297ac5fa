import Telemetry

/// Path and query of a request, as sent. A segment is decoded after the path was split, so that an ID may hold a slash.
/// Source: RFC 9112 §3.2, RFC 3986 §3.3.
struct RequestTarget: Sendable {
  /// Percent-encoded, without the query, without a trailing slash, with one slash in front.
  let path: Substring
  /// Behind the `?`, percent-encoded; empty when there is none.
  let query: Substring

  init(_ target: String) {
    var rest = target[...]
    if let fragment = rest.utf8.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<fragment] }
    // An absolute target, as proxies send it.
    if let authority = Self.authority(of: rest) { rest = rest[authority.endIndex...] }
    let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?"))
    query = mark.map { rest[rest.utf8.index(after: $0)...] } ?? ""
    var path = mark.map { rest[..<$0] } ?? rest
    // `http://host:4318/` as base and `/v1/traces` behind it make two slashes.
    while path.utf8.starts(with: "//".utf8) { path = path.dropFirst() }
    // An absolute target may have no path.
    if path.isEmpty { path = "/" }
    if path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path = path.dropLast() }
    self.path = path
  }

  /// What an absolute target names as the server; nil for a path. Source: RFC 9112 §3.2.2.
  static func authority(of target: Substring) -> Substring? {
    guard let scheme = target.utf8.firstIndex(of: UInt8(ascii: ":")), target[scheme...].utf8.starts(with: "://".utf8),
      !target[..<scheme].utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") })
    else { return nil }
    let rest = target[target.utf8.index(scheme, offsetBy: 3)...]
    return rest.utf8.firstIndex { "/?#".utf8.contains($0) }.map { rest[..<$0] } ?? rest
  }

  /// The same path with another query.
  func with(query: String) -> RequestTarget { RequestTarget(path: path, query: query[...]) }

  private init(path: Substring, query: Substring) {
    self.path = path
    self.query = query
  }

  /// The path's segments, still encoded.
  var segments: [Substring] {
    path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { Substring($0) }
  }
}

/// Source: RFC 3986 §2.1; in a query `+` is a space, as HTML forms write it.
enum PercentEncoding {
  /// nil: a `%` without two hexadecimal digits behind it, or no UTF-8.
  static func decode(_ text: Substring, plusIsSpace: Bool) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
          return nil
        }
        bytes.append(high << 4 | low)
      } else {
        bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Everything but RFC 3986's unreserved characters is encoded.
  static func encode(_ text: String) -> String {
    var out = ""
    for byte in text.utf8 {
      if isUnreserved(byte) {
        out.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        out += byte < 16 ? "%0" : "%"
        out += String(byte, radix: 16, uppercase: true)
      }
    }
    return out
  }

  /// Source: RFC 3986 §2.3.
  static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private static func hexValue(_ character: UInt8) -> UInt8? { Hex.value(ofDigit: character) }
}
