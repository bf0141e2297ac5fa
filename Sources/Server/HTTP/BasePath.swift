/// The path below which a reverse proxy shows the server: `/steno`. What arrives without it is answered as well, so that
/// probes and exporters beside the server need not know it.
package struct BasePath: Sendable, Equatable {
  /// Empty: none. Else it begins with a slash and ends without one.
  package let text: String

  package static let none = BasePath(text: "")

  private init(text: String) { self.text = text }

  /// nil: no path of segments of unreserved characters.
  package init?(_ path: String) {
    var rest = path[...]
    while rest.utf8.last == UInt8(ascii: "/") { rest = rest.dropLast() }
    guard rest.isEmpty || rest.utf8.first == UInt8(ascii: "/") else { return nil }
    let segments = rest.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isPlain = segments.allSatisfy { segment in
      !segment.isEmpty && segment.allSatisfy { PercentEncoding.isUnreserved($0) } && !segment.allSatisfy { $0 == 0x2E }
    }
    guard rest.isEmpty || isPlain else { return nil }
    text = String(rest)
  }

  /// A request's target as the routes know it.
  func inside(_ target: String) -> String {
    guard !text.isEmpty, target.utf8.starts(with: text.utf8) else { return target }
    let rest = target.utf8.dropFirst(text.utf8.count)
    switch rest.first {
    case UInt8(ascii: "/"): return String(Substring(rest))
    case UInt8(ascii: "?"), nil: return "/" + String(Substring(rest))
    default: return target
    }
  }

  /// Where a browser must go for the page's relative links to hold: the path itself with a slash behind it.
  func missesSlash(_ target: String) -> Bool {
    !text.isEmpty && target.utf8.elementsEqual(text.utf8)
  }
}
