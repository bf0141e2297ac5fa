import Conversations
import SQLite
import Telemetry
import Testing

@testable import Store

/// How SQLite answers each question: an index where one should serve, never a walk over payload.
@Suite struct QueryPlanTests {
  private func plan(_ sql: String, _ database: Database) throws -> [String] {
    let statement = try database.connection.prepare("EXPLAIN QUERY PLAN " + sql)
    var steps: [String] = []
    while try statement.step() { steps.append(statement.text(3)) }
    return steps
  }

  /// Statements that read a whole table on purpose.
  private static let wholeTable: Set<String> = [
    "list_projects", "count_projects", "list_project_names", "list_counters", "read_statistics", "max_keys",
    "list_all_users", "list_all_projects", "count_sessions", "count_traces", "list_sessions", "list_traces",
    "count_findings", "list_findings", "count_users", "list_users",
    "oldest_session_ends", "list_stray_outlines", "oldest_trace_ends_without_session",
  ]

  @Test func everyStatementUsesAnIndex() async throws {
    try await TemporaryStore.folder { path in
      let database = try Schema.openForWriting(path: path)
      for file in EmbeddedSQL.files {
        let name = String(file.name.dropLast(4))
        let sql = file.text.replacing("/*conditions*/", with: "TRUE").replacing("/*order*/", with: "1")
          .replacing("/*limit*/", with: "1")
        for step in try plan(sql, database) where step.hasPrefix("SCAN") {
          let isTableValued = step.contains("json_each") || step.contains("member") || step.contains("CONSTANT")
          #expect(isTableValued || Self.wholeTable.contains(name), "\(name): \(step)")
        }
      }
    }
  }

  /// The order of the default list comes out of an index under every filter that has one.
  @Test func listsComeInOrderFromAnIndex() async throws {
    try await TemporaryStore.folder { path in
      let database = try Schema.openForWriting(path: path)
      var conditions: [(String, Conditions, String)] = []
      conditions.append(("list_sessions", Conditions(), "session_end"))
      conditions.append(("list_traces", Conditions(), "trace_end"))
      for (list, column, index) in [
        ("list_sessions", "s.project_key", "session_project_end"),
        ("list_traces", "t.project_key", "trace_project_end"),
        ("list_traces", "t.user_key", "trace_user_end"),
      ] {
        var one = Conditions()
        one.add(column, isOneOf: [1])
        conditions.append((list, one, index))
      }
      for (list, condition, index) in conditions {
        let (column, id) = list == "list_sessions" ? ("s.end_time", "s.id") : ("t.end_time", "t.trace_id")
        let order = Conditions.order(Sort(key: .endTime, descending: true), column: column, id: id)
        let sql = Database.query(list).replacing("/*conditions*/", with: condition.text)
          .replacing("/*order*/", with: order).replacing("/*limit*/", with: "51")
        let steps = try plan(sql, database)
        #expect(steps.contains { $0.contains("USING INDEX \(index)") }, "\(list): \(steps)")
        #expect(!steps.contains { $0.contains("TEMP B-TREE FOR ORDER BY") }, "\(list): \(steps)")
      }
    }
  }
}
