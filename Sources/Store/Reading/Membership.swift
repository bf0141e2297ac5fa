import SQLite
package import Telemetry

/// Which project things are in, for keys that are limited to one.
extension Store {
  /// nil: no such session.
  package func project(ofSession id: SessionID) async throws(StoreError) -> ProjectName? {
    try await readers.read("finding a session's project") { reader in
      let statement = try reader.database.statement("find_project_of_session")
      statement.bind(id.bytes, at: 1)
      guard try statement.step() else { return nil }
      defer { statement.reset() }
      return ProjectName(statement.text(0))
    }
  }

  /// Traces that are not stored are left out.
  package func projects(ofTraces ids: [TraceID]) async throws(StoreError) -> [TraceID: ProjectName] {
    try await readers.read("finding the projects of traces") { reader in
      var projects: [TraceID: ProjectName] = [:]
      let statement = try reader.database.statement("find_project_of_trace")
      for id in ids {
        statement.bind(id.bytes, at: 1)
        if try statement.step() { projects[id] = ProjectName(statement.text(0)) }
        statement.reset()
      }
      return projects
    }
  }
}
