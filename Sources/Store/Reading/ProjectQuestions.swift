import SQLite
import Telemetry

extension Store {
  /// Projects by last activity; `project`, `from` and `to` narrow them.
  package func projects(_ question: ListQuestion) async throws(StoreError) -> Page<ProjectRow> {
    try await readers.read("listing projects") { reader in
      let database = reader.database
      var conditions = Conditions()
      if let project = question.project { conditions.add("p.name = ?", .text(project.text)) }
      if let from = question.from { conditions.add("p.last_seen >= ?", .integer(from.stored)) }
      if let to = question.to { conditions.add("p.first_seen <= ?", .integer(to.stored)) }
      var behind = conditions
      let column = Self.column(question.sort.key)
      if let cursor = question.cursor {
        behind.add(
          behind: cursor, column: column.name, id: "p.name", isNullable: false,
          idValue: .text(String(decoding: cursor.id, as: UTF8.self)))
      }
      let statement = try database.statement(
        "list_projects", conditions: behind,
        order: Conditions.order(question.sort, column: column.name, id: "p.name"), limit: question.limit + 1)
      var rows: [(row: ProjectRow, value: Int64?)] = []
      while try statement.step() {
        let row = ProjectRow(
          name: ProjectName(statement.text(0)), sessionCount: statement.integer(1), traceCount: statement.integer(2),
          spanCount: statement.integer(3), firstSeen: UnixNanoseconds(stored: statement.integer(4)),
          lastSeen: UnixNanoseconds(stored: statement.integer(5)))
        rows.append((row, statement.integer(column.index)))
      }
      let total = try question.wantsTotal ? database.count("count_projects", conditions) : nil
      return Page(rows, limit: question.limit, sort: question.sort, total: total) { Array($0.name.text.utf8) }
    }
  }

  private static func column(_ key: Sort.Key) -> (name: String, index: Int32) {
    switch key {
    case .startTime: ("p.first_seen", 4)
    case .traceCount: ("p.trace_count", 2)
    case .endTime, .duration, .tokens, .cost, .errorCount: ("p.last_seen", 5)
    }
  }
}
