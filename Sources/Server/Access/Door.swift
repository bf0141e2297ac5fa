import HTTPTypes
import HummingbirdCore

/// What a request must fulfil before its route sees it.
struct Door: Sendable {
  let control: AccessControl
  let hosts: HostPolicy
  let origins: OriginPolicy

  /// Checks the name that the server was called by, the page that sent the request, and the key.
  func admit(_ request: Request, for permission: Permission) throws(Failure) -> Caller {
    if permission == .open, request.method == .get || request.method == .head { return Caller() }
    guard hosts.permits(request.head.authority) else { throw .misdirected }
    let isChange = request.method != .get && request.method != .head
    let origin = request.headers[.origin]
    let isForeign = origin.map { !origins.permits($0) && !isOwn($0, request) } ?? false
    if isForeign, isChange { throw .foreignOrigin }
    if isForeign || origin == nil, isAskedByAnotherSite(request) { throw .foreignOrigin }
    let caller: Caller
    do throws(AccessRefusal) {
      caller = try control.admit(Credentials(request.headers), for: permission)
    } catch {
      throw Failure(error, permission)
    }
    // A browser sends its cookie with whatever a page makes it send; the origin says which page it was.
    if isChange, caller.isBrowser {
      guard let origin, isOwn(origin, request) else { throw .foreignOrigin }
    }
    return caller
  }

  /// Whether a browser asks for a page of another site, other than to show the answer as a page of its own, where
  /// somebody followed a link. Such a page could not read the answer, but have as many made as it likes, and time them.
  /// Source: https://www.w3.org/TR/fetch-metadata/
  private func isAskedByAnotherSite(_ request: Request) -> Bool {
    guard request.headers[.secFetchSite] == "cross-site" else { return false }
    return request.headers[.secFetchMode] != "navigate" || request.headers[.secFetchDest] != "document"
  }

  /// Whether the page came from this server, whatever stands in front of it ends TLS.
  func isOwn(_ origin: String, _ request: Request) -> Bool {
    guard let authority = request.head.authority?.lowercased(), !authority.isEmpty else { return false }
    let origin = origin.lowercased()
    return origin == "http://" + authority || origin == "https://" + authority
  }
}

extension HTTPField.Name {
  fileprivate static let secFetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin
  fileprivate static let secFetchMode = HTTPField.Name("Sec-Fetch-Mode") ?? .origin
  fileprivate static let secFetchDest = HTTPField.Name("Sec-Fetch-Dest") ?? .origin
}

extension Credentials {
  init(_ headers: HTTPFields) {
    self.init(headers.lazy.map { (name: $0.name.canonicalName, value: $0.value) })
  }
}

extension Failure {
  init(_ refusal: AccessRefusal, _ permission: Permission) {
    switch refusal {
    case .unauthenticated: self = .unauthenticated
    case .forbidden(let scope):
      let wanted =
        switch permission {
        case .ingest: "send spans"
        case .read, .open: "read"
        case .manage: "change or delete"
        }
      self = .forbidden("A key of scope \(scope.rawValue) may not \(wanted).")
    }
  }

  static var foreignOrigin: Failure {
    .forbidden("Pages of this origin may not send requests here: the server's --allow-origin names those that may.")
  }
}
