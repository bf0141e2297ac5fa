import HTTPTypes
import Store
import Telemetry

/// Keeps a key of one project to that project. What lies outside does not exist for it.
extension Exchange {
  /// Questions over the whole file: a key of one project may not ask them.
  private static let unscoped: Set<String> = ["/metrics", "/api/v1/stats", "/api/v1/doctor", "/api/v1/events"]

  /// The exchange as its route may see it.
  func confined(to project: ProjectName, pattern: [String]) async throws(Failure) -> Exchange {
    switch (pattern.dropFirst(2).first, pattern.contains("*")) {
    case ("sessions", true):
      guard let id = SessionID(uuid: capture(0)),
        try await ask({ store throws(StoreError) in
          try await store.project(ofSession: id)
        }) == project
      else { throw .noSession }
      return self
    case ("traces", true):
      guard let id = TraceID(hex: capture(0)),
        try await ask({ store throws(StoreError) in
          try await store.projects(ofTraces: [id])
        })[id] == project
      else { throw .noTrace }
      return self
    case ("projects", true):
      guard ProjectName(capture(0)) == project else { throw .noProject }
      return self
    case ("projects", false): return self
    default:
      if Self.unscoped.contains("/" + pattern.joined(separator: "/")) {
        throw .forbidden("A key of one project may not ask for what concerns all of them.")
      }
      return try asking(for: project)
    }
  }

  /// The same question with the project as its parameter. A route without such a parameter refuses it, so that one that
  /// nobody thought of shows nothing.
  private func asking(for project: ProjectName) throws(Failure) -> Exchange {
    var query = try Query(target.query)
    if let asked = try query.take("project"), ProjectName(asked) != project { throw .noProject }
    let rest = target.query.split(separator: "&").filter { !Self.isProject($0) }.map(String.init)
    let text = (rest + ["project=" + PercentEncoding.encode(project.text)]).joined(separator: "&")
    return Exchange(
      site: site, request: request, channel: channel, target: target.with(query: text), captures: captures,
      caller: caller)
  }

  private static func isProject(_ pair: Substring) -> Bool {
    let name = pair.prefix { $0 != "=" }
    return PercentEncoding.decode(name, plusIsSpace: true) == "project"
  }
}

extension Failure {
  static var noProject: Failure { .notFound("There is no project of this name.") }
}
