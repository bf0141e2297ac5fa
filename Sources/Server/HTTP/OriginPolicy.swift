import HTTPTypes
import HummingbirdCore

/// Which pages of other origins a browser lets talk to this server: those of the loopback host, and those the operator
/// named. Others get no CORS header. Source: https://fetch.spec.whatwg.org/#http-cors-protocol
struct OriginPolicy: Sendable {
  let allowed: Set<String>

  init(_ allowed: [String]) { self.allowed = Set(allowed) }

  /// Marks an answer as readable by the page that asked.
  func sign(_ response: inout Response, for origin: String) {
    response.headers.append(HTTPField(name: .vary, value: "Origin"))
    guard permits(origin) else { return }
    response.headers[.accessControlAllowOrigin] = origin
    response.headers[.accessControlExposeHeaders] = "Retry-After"
  }

  /// The answer to OPTIONS, the preflight of a browser included.
  func options(_ request: Request, allowed: String) -> Response {
    var response = Response(status: .noContent, headers: [.allow: allowed])
    if let origin = request.headers[.origin], permits(origin), request.headers[.accessControlRequestMethod] != nil {
      response.headers[.accessControlAllowMethods] = allowed
      if let wanted = request.headers[.accessControlRequestHeaders] {
        response.headers[.accessControlAllowHeaders] = wanted
      }
      response.headers[.accessControlMaxAge] = "86400"
    }
    return response
  }

  func permits(_ origin: String) -> Bool {
    if allowed.contains(origin) || allowed.contains("*") { return true }
    let parts = origin.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "http:" || parts[0] == "https:", parts[1].isEmpty else { return false }
    return LoopbackHost.contains(String(LoopbackHost.host(ofAuthority: parts[2])))
  }
}
