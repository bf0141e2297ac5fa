import Conversations
import Filters
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
    "list_sessions_of_user", "count_sessions_of_user", "list_stray_user_sessions",
    "count_findings", "list_findings", "count_users", "list_users",
    "list_trace_places", "sum_trace_spans", "list_trace_amounts", "list_session_ends",
    // A filter that few satisfy: all outlines, once, and which traces they are of.
    "list_outlines", "list_all_trace_blocks", "list_sessions_of_traces", "list_users_of_traces",
    "oldest_session_ends", "list_stray_outlines", "oldest_trace_ends_without_session",
    // A row for each half a megabyte of index, and the removal of all of it.
    "list_search_segments", "clear_messages", "clear_search_blocks", "clear_trace_messages",
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
        ("list_sessions_of_user", "u.user_key", "user_session_end"),
        ("list_traces", "t.project_key", "trace_project_end"),
        ("list_traces", "t.user_key", "trace_user_end"),
      ] {
        var one = Conditions()
        one.add(column, isOneOf: [1])
        conditions.append((list, one, index))
      }
      for (list, condition, index) in conditions {
        let (column, id) =
          switch list {
          case "list_sessions": ("s.end_time", "s.id")
          case "list_sessions_of_user": ("u.end_time", "s.id")
          default: ("t.end_time", "t.trace_id")
          }
        let order = Conditions.order(Sort(key: .endTime, descending: true), column: column, id: id)
        let sql = Database.query(list).replacing("/*conditions*/", with: condition.text)
          .replacing("/*order*/", with: order).replacing("/*limit*/", with: "51")
        let steps = try plan(sql, database)
        #expect(steps.contains { $0.contains("INDEX \(index)") }, "\(list): \(steps)")
        #expect(!steps.contains { $0.contains("TEMP B-TREE FOR ORDER BY") }, "\(list): \(steps)")
      }
    }
  }

  /// Spans are found through traces, whose order comes out of an index; figures over time need rows only.
  @Test func spansAndTimeSeriesAreServedByIndexes() async throws {
    try await TemporaryStore.folder { path in
      let database = try Schema.openForWriting(path: path)
      func steps(_ name: String, _ conditions: Conditions = Conditions(), order: String = "1") throws -> [String] {
        let sql = Database.query(name).replacing("/*conditions*/", with: conditions.text)
          .replacing("/*order*/", with: order).replacing("/*limit*/", with: "64")
        return try plan(sql, database)
      }
      let mark = Conditions.Value.integer(FindingKind.reversedSpanMark)
      let enclosing = Conditions().adding("t.findings < ?", mark)
      let time = Conditions.Value.integer(0)
      let byEnd = "t.end_time DESC, t.trace_id"
      let ofProject = Conditions().adding("t.project_key = ?", .integer(1))
      let golden: [(steps: [String], expected: [String])] = [
        (
          try steps("list_trace_places", enclosing, order: byEnd),
          ["SCAN t USING INDEX trace_end", "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"]
        ),
        (
          try steps("list_trace_places", ofProject, order: byEnd),
          ["SEARCH t USING INDEX trace_project_end (project_key=?)", "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"]
        ),
        (
          try steps("list_trace_places", enclosing.adding("t.end_time <= ?", time), order: byEnd),
          ["SEARCH t USING INDEX trace_end (end_time<?)", "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"]
        ),
        (
          try steps(
            "list_trace_places", Conditions().adding("t.findings <> 0 AND t.findings >= ?", mark), order: "+t.trace_key"
          ),
          ["SEARCH t USING INDEX trace_findings (findings>?)", "USE TEMP B-TREE FOR ORDER BY"]
        ),
        (
          try steps("list_trace_places", Conditions(), order: "t.trace_id"),
          ["SCAN t USING INDEX sqlite_autoindex_trace_1"]
        ),
        (try steps("list_trace_places", Conditions(), order: "t.trace_key"), ["SCAN t"]),
        (try steps("list_trace_amounts"), ["SCAN t"]),
        (
          try steps("list_trace_amounts", Conditions().adding("t.end_time >= ?", time)),
          ["SEARCH t USING INDEX trace_end (end_time>?)"]
        ),
        (
          try steps("list_trace_amounts", ofProject.adding("t.end_time >= ?", time)),
          ["SEARCH t USING INDEX trace_project_end (project_key=? AND end_time>?)"]
        ),
        (
          try steps(
            "list_trace_places", enclosing.adding("t.end_time > ? AND t.start_time <= ?", time, time),
            order: "+t.trace_key"),
          ["SEARCH t USING INDEX trace_end (end_time>?)", "USE TEMP B-TREE FOR ORDER BY"]
        ),
      ]
      for (steps, expected) in golden { #expect(steps == expected) }
    }
  }

  /// What SQLite does for a filter: the index that a top-level condition is meant for, in the list's order where the
  /// index has it and one key is meant (a name stands for one in each project); never the payload.
  @Test(arguments: [
    (FilteredList.sessions, "project = shop", "session_project_end", true),
    (.sessions, "end_time >= 2026-11-22T13:20:00Z AND status = error", "session_end", true),
    (.sessions, "error_count > 0 OR tags:a", "session_end", true),
    (.sessions, "id = d3e74025-574b-56ab-afe8-9b19f360373a", "sqlite_autoindex_session_1", true),
    (.sessions, "name = \"session-1\"", "INTEGER PRIMARY KEY (rowid=?)", true),
    (.sessions, "user_ids:\"user-1\"", "INTEGER PRIMARY KEY (rowid=?)", false),
    (.sessions, "metadata.stage = x", "session_end", true),
    (.sessions, "attributes.env = prod AND project = shop", "session_project_end", true),
    (.traces, "project = shop", "trace_project_end", true),
    (.traces, "user_id = \"user-1\"", "trace_user_end", false),
    (.traces, "session_name = \"session-1\"", "trace_session_start", false),
    (.traces, "end_time < 2026-11-22T13:20:00Z", "trace_end", true),
    (.traces, "attributes.env = prod", "trace_end", true),
    (.traces, "trace_id = 0af7651916cd43dd8448eb211c80319c", "sqlite_autoindex_trace_1", true),
    (.users, "user_id = \"user-1\"", "user_id", false),
    (.users, "last_seen > 2026-11-22T13:20:00Z", "user_last_seen", true),
  ])
  func filtersUseTheIndexesOfTheirFields(
    list: FilteredList, text: String, index: String, comesInOrder: Bool
  ) async throws {
    try await TemporaryStore.with { store, limits in
      for request in try FilterTraffic.sent(seed: 1).requests(limits: limits) { _ = try await store.ingest(request) }
      let filter = try Filter(text, for: list, limits: limits)
      let steps = try await store.readers.read("planning") { reader in
        var conditions = Conditions()
        try FilterLowering.add(filter, to: &conditions, Lookups(database: reader.database))
        let (name, column, id) =
          switch list {
          case .sessions: ("list_sessions", "s.end_time", "s.id")
          case .traces: ("list_traces", "t.end_time", "t.trace_id")
          case .users, .spans: ("list_users", "u.last_seen", UserColumns.identity)
          }
        let order = Conditions.order(Sort(key: .endTime, descending: true), column: column, id: id)
        let sql = Database.query(name).replacing("/*conditions*/", with: conditions.text)
          .replacing("/*order*/", with: order).replacing("/*limit*/", with: "51")
        return try plan(sql, reader.database)
      }
      #expect(steps.contains { $0.contains(index) }, "\(text): \(steps)")
      #expect(steps.contains { $0.contains("B-TREE FOR ORDER BY") } != comesInOrder, "\(text): \(steps)")
      #expect(!steps.contains { $0.contains("block") }, "\(text): \(steps)")
    }
  }
}
