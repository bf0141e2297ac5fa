/// Which names of this server a request may call it by. A page of another site whose name was made to lead to 127.0.0.1
/// ("DNS rebinding") calls it by that name, and is not answered.
struct HostPolicy: Sendable {
  private let isEnforced: Bool
  private let allowed: Set<String>

  /// - Parameters:
  ///   - host: the address that is listened on. Beyond loopback any name goes, unless the operator named some.
  ///   - allowed: further names, with or without a port.
  init(host: String, allowed: [String]) {
    isEnforced = LoopbackHost.contains(host) || !allowed.isEmpty
    self.allowed = Set((allowed + [host]).map { $0.lowercased() })
  }

  /// A request that names no host comes from no browser.
  func permits(_ authority: String?) -> Bool {
    guard isEnforced, let authority = authority?.lowercased(), !authority.isEmpty else { return true }
    let host = LoopbackHost.host(ofAuthority: authority[...])
    return LoopbackHost.contains(String(host)) || allowed.contains(authority) || allowed.contains(String(host))
  }
}

/// The names and addresses of a machine for itself.
package enum LoopbackHost {
  /// `localhost`, a name below it, 127.0.0.0/8 or ::1, without a port. Sources: RFC 6761 §6.3, RFC 1122 §3.2.1.3.
  package static func contains(_ host: String) -> Bool {
    switch host {
    case "localhost", "localhost.", "::1", "[::1]": true
    default: host.hasSuffix(".localhost") || isLoopbackIPv4(host[...])
    }
  }

  /// Without the port; an IPv6 address keeps its brackets. Empty where something else than a port stands behind it.
  static func host(ofAuthority authority: Substring) -> Substring {
    var end = authority.firstIndex(of: ":") ?? authority.endIndex
    if authority.first == "[" {
      guard let bracket = authority.firstIndex(of: "]") else { return "" }
      end = authority.index(after: bracket)
    }
    let rest = authority[end...].utf8
    guard rest.isEmpty || rest.first == UInt8(ascii: ":") && rest.dropFirst().allSatisfy(isDigit) else { return "" }
    return authority[..<end]
  }

  /// Digits alone: to a browser `127.0.0.+1` is a name like any other.
  private static func isLoopbackIPv4(_ host: Substring) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127"
      && parts.allSatisfy { $0.utf8.allSatisfy(isDigit) && UInt8($0) != nil }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
