import HTTPTypes

/// What a request needs, and what a key may give.
package enum Permission: Sendable, Hashable {
  /// Nobody is asked: liveness, readiness, the page's own files, signing in.
  case open
  /// To send spans, log records and metrics.
  case ingest
  /// To see what is stored.
  case read
  /// To change or delete what is stored.
  case manage
}

extension Route {
  /// The page's files hold no data, and the description of the API none either.
  private static let openPatterns: Set<String> = [
    "/", "/assets/*/*", "/healthz", "/readyz", "/openapi.json", "/api/v1/sign-in",
  ]

  /// What asking this route needs. A route that nobody listed here needs a key.
  var permission: Permission {
    if Self.openPatterns.contains(pattern) { return .open }
    if style == .otlp { return .ingest }
    return method == .get ? .read : .manage
  }
}
