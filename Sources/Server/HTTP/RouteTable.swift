import HTTPTypes
import HummingbirdCore

/// What answers a method on a path.
typealias Handler = @Sendable (Exchange) async throws(Failure) -> Response

/// How errors of a path are written.
enum ErrorStyle: Sendable {
  /// `google.rpc.Status` in the request's own encoding.
  case otlp
  /// `application/problem+json`.
  case problem
}

/// A path and what it answers. A pattern's `*` stands for one segment, whatever it holds.
struct Route: Sendable {
  let method: HTTPRequest.Method
  let pattern: String
  let style: ErrorStyle
  let handle: Handler

  static func get(_ pattern: String, _ handle: @escaping Handler) -> Route {
    Route(method: .get, pattern: pattern, style: .problem, handle: handle)
  }

  static func patch(_ pattern: String, _ handle: @escaping Handler) -> Route {
    Route(method: .patch, pattern: pattern, style: .problem, handle: handle)
  }

  static func delete(_ pattern: String, _ handle: @escaping Handler) -> Route {
    Route(method: .delete, pattern: pattern, style: .problem, handle: handle)
  }

  static func ingest(_ pattern: String, _ handle: @escaping Handler) -> Route {
    Route(method: .post, pattern: pattern, style: .otlp, handle: handle)
  }
}

/// All routes by path. Own, and not Hummingbird's router, for three duties of the contract: an encoded slash stays inside
/// its segment, a wrong method is 405 with `Allow`, and the ingest paths are found by one look-up of the path as sent.
struct RouteTable: Sendable {
  struct Entry: Sendable {
    let segments: [String]
    let style: ErrorStyle
    var handlers: [(method: HTTPRequest.Method, permission: Permission, handle: Handler)]

    /// The methods of the path, for `Allow`; GET brings HEAD along, and every path answers OPTIONS.
    var allowed: String {
      let methods = handlers.flatMap { $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue] }
      return (methods + ["OPTIONS"]).joined(separator: ", ")
    }

    func handler(for method: HTTPRequest.Method) -> (permission: Permission, handle: Handler)? {
      let wanted: HTTPRequest.Method = method == .head ? .get : method
      return handlers.first { $0.method == wanted }.map { ($0.permission, $0.handle) }
    }
  }

  private var exact: [Substring: Entry] = [:]
  private var patterns: [Entry] = []

  init(_ routes: [Route]) {
    for route in routes { add(route) }
  }

  private mutating func add(_ route: Route) {
    let segments = RequestTarget(route.pattern).segments.map(String.init)
    let entry = Entry(
      segments: segments, style: route.style, handlers: [(route.method, route.permission, route.handle)])
    if !segments.contains("*") {
      exact[Substring(route.pattern), default: Entry(segments: segments, style: route.style, handlers: [])]
        .handlers += entry.handlers
    } else if let index = patterns.firstIndex(where: { $0.segments == segments }) {
      patterns[index].handlers += entry.handlers
    } else {
      patterns.append(entry)
    }
  }

  /// The entry of a path with the segments that its stars stand for, still encoded.
  func match(_ target: RequestTarget) -> (entry: Entry, captures: [Substring])? {
    if let entry = exact[target.path] { return (entry, []) }
    let segments = target.segments
    for entry in patterns where entry.segments.count == segments.count {
      var captures: [Substring] = []
      let fits = zip(entry.segments, segments).allSatisfy { wanted, segment in
        if wanted == "*" {
          captures.append(segment)
          return !segment.isEmpty
        }
        return segment.utf8.elementsEqual(wanted.utf8)
      }
      if fits { return (entry, captures) }
    }
    return nil
  }
}
