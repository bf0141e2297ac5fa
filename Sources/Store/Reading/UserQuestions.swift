import Conversations
import Filters
import JSON
import SQLite
package import Telemetry

extension Store {
  /// Users by last activity. `project`, `user_id`, `from`, `to`, `min_tokens` and the filter are asked of their rows, the
  /// rest of their traces: one must hold all of it.
  package func users(_ question: ListQuestion) async throws(StoreError) -> Page<UserRow> {
    let conventions = configuration.conventions
    return try await readers.read("listing users") { reader in
      var conditions = Conditions()
      if let project = question.project { conditions.add("p.name = ?", .text(project.text)) }
      if let user = question.userID { conditions.add("u.user_id = ?", .text(user.text)) }
      if let from = question.from { conditions.add("u.last_seen >= ?", .integer(from.stored)) }
      if let to = question.to { conditions.add("u.first_seen <= ?", .integer(to.stored)) }
      if let least = question.minTokens { conditions.add("u.total_tokens >= ?", .integer(least)) }
      if let filter = question.filter {
        try FilterLowering.add(filter, to: &conditions, Lookups(database: reader.database))
      }
      if let asked = question.ofTraces {
        let traces = try TraceList.conditions(asked, reader)
        conditions.add(
          """
          u.user_key IN (
            SELECT t.user_key FROM trace t JOIN project p ON p.project_key = t.project_key
              LEFT JOIN session s ON s.session_key = t.session_key
            WHERE \(traces.text))
          """, all: traces.values)
      }
      let column = UserColumns.column(question.sort.key)
      let list = RowList<UserRow>(
        list: .users, listing: "list_users", counting: "count_users", column: column.name,
        isNullable: column.isNullable, identity: UserColumns.identity, id: UserColumns.id,
        read: { statement in
          ListedRow(
            row: try UserColumns.row(statement), value: statement.optionalInteger(column.index),
            spans: .user(key: statement.integer(9)))
        }, field: { $0.value(of: $1) })
      return try list.page(question, conditions, reader, conventions)
    }
  }

  /// The user's row in `project`; without one in the project where it was seen last. nil: no such user.
  package func user(_ id: UserID, project: ProjectName?) async throws(StoreError) -> UserRow? {
    try await readers.read("reading a user") { reader in
      let statement = try reader.database.statement("find_user_row")
      statement.bind(id.text, at: 1)
      statement.bind(project?.text, at: 2)
      guard try statement.step() else { return nil }
      defer { statement.reset() }
      return try UserColumns.row(statement)
    }
  }
}

extension ListQuestion {
  /// What it asks of a user's traces; nil: nothing.
  fileprivate var ofTraces: ListQuestion? {
    let asksNothing =
      sessionID == nil && sessionName == nil && status == nil && model == nil && tag == nil && service == nil
      && minDurationMilliseconds == nil && bookmarked == nil && text == nil
    if asksNothing { return nil }
    var asked = self
    (asked.from, asked.to, asked.minTokens, asked.filter) = (nil, nil, nil, nil)
    return asked
  }
}

/// The columns that every statement on users selects, in their order.
enum UserColumns {
  /// User ID, then project, as one value whose bytes order them so.
  static let identity = "CAST(u.user_id || char(0) || p.name AS BLOB)"

  static func id(_ row: UserRow) -> [UInt8] { Array(row.id.text.utf8) + [0] + Array(row.project.text.utf8) }

  static func row(_ statement: Statement) throws -> UserRow {
    guard let usage = UsageTally(try? JSONValue.parse(statement.text(8))) else {
      throw StoreError.unusable("a user row of the database is damaged", hint: "run `steno verify --repair`")
    }
    return UserRow(
      id: UserID(statement.text(0)), project: ProjectName(statement.text(1)), sessionCount: statement.integer(2),
      traceCount: statement.integer(3), tokens: usage.tokens, cost: usage.cost.known.map(PicoDollars.init),
      firstSeen: UnixNanoseconds(stored: statement.integer(4)),
      lastSeen: UnixNanoseconds(stored: statement.integer(5)))
  }

  /// The column of a sort key, its place in the statement's columns, and whether it may be NULL. Durations and errors
  /// are no part of a user's row; last activity stands for them.
  static func column(_ key: Sort.Key) -> (name: String, index: Int32, isNullable: Bool) {
    switch key {
    case .endTime, .duration, .errorCount: ("u.last_seen", 5, false)
    case .startTime: ("u.first_seen", 4, false)
    case .traceCount: ("u.trace_count", 3, false)
    case .tokens: ("u.total_tokens", 6, true)
    case .cost: ("u.cost", 7, true)
    }
  }
}
