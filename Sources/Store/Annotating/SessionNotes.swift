import SQLite
package import Telemetry

/// What a person says about a session; a nil member says nothing.
package struct SessionNoteChange: Sendable {
  /// nil inside: the session has no name but its own any more.
  package var displayName: String??
  package var bookmarked: Bool?

  package init(displayName: String?? = nil, bookmarked: Bool? = nil) {
    self.displayName = displayName
    self.bookmarked = bookmarked
  }
}

extension Store {
  /// Notes what a person says about a session, and returns its row. It stays with project and name, whatever spans come
  /// later. nil: there is no such session.
  package func annotate(_ id: SessionID, _ change: SessionNoteChange) async throws(StoreError) -> SessionRow? {
    try await writer.run(while: "noting a change") { try $0.annotate(id, change) }
  }
}

extension Committer {
  fileprivate func annotate(_ id: SessionID, _ change: SessionNoteChange) throws -> SessionRow? {
    try transaction {
      guard var (_, row) = try SessionColumns.find(id, in: database) else { return nil }
      if change.displayName == nil, change.bookmarked == nil { return row }
      if let displayName = change.displayName { row.displayName = displayName }
      if let bookmarked = change.bookmarked { row.bookmarked = bookmarked }
      try write(row)
      log.note(.session(id))
      return row
    }
  }

  private func write(_ row: SessionRow) throws {
    let isEmpty = row.displayName == nil && !row.bookmarked
    let statement = try database.statement(isEmpty ? "delete_session_note" : "upsert_session_note")
    statement.bind(row.project.text, at: 1)
    statement.bind(row.name.text, at: 2)
    if !isEmpty {
      statement.bind(row.displayName, at: 3)
      statement.bind(row.bookmarked ? 1 : 0, at: 4)
    }
    try statement.run()
  }
}
