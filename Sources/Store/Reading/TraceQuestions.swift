import Conversations
import Filters
import OTLP
import SQLite
package import Telemetry

extension Store {
  package func traces(_ question: ListQuestion) async throws(StoreError) -> Page<TraceRow> {
    let conventions = configuration.conventions
    return try await readers.read("listing traces") { reader in
      let conditions = try TraceList.conditions(question, reader)
      return try TraceList.rows(by: question.sort.key).page(question, conditions, reader, conventions)
    }
  }

  package func trace(_ id: TraceID) async throws(StoreError) -> StoredTrace? {
    let conventions = configuration.conventions
    return try await readers.read("reading a trace") { reader in
      try FoundTrace.find(id, in: reader.database)?.read(reader, conventions)
    }
  }

  /// The traces of a session that have turns, with their payload, `limit` of them from a place on (nil: the first); a
  /// few more where the last turn goes on in them. nil: no such session.
  package func traces(
    ofSession id: SessionID, from: TurnTracePlace?, limit: Int
  ) async throws(StoreError) -> (session: SessionRow, page: StoredTraces)? {
    let conventions = configuration.conventions
    return try await readers.read("reading a conversation") { reader in
      guard let (key, row) = try SessionColumns.find(id, in: reader.database) else { return nil }
      let (found, next) = try SessionTraces.page(ofSession: key, from: from, limit: limit, reader.database)
      let traces = try found.map { try $0.read(reader, conventions) }
      let before = try SessionTraces.turns(before: from, ofSession: key, reader.database)
      return (row, StoredTraces(traces: traces, turnsBefore: before, nextTrace: next))
    }
  }
}

/// How the list of traces is filtered and ordered.
enum TraceList {
  static func rows(by key: Sort.Key) -> RowList<TraceRow> {
    let column = column(key)
    return RowList(
      list: .traces, listing: "list_traces", counting: "count_traces", column: column.name,
      isNullable: column.isNullable, identity: "t.trace_id", id: { $0.id.bytes },
      read: { statement in
        let entry = try TraceColumns.entry(statement)
        return ListedRow(
          row: TraceRow(entry, sessionID: TraceColumns.sessionID(statement)), value: column.value(entry),
          spans: .trace(key: TraceColumns.key(statement), metadata: entry.metadata))
      }, field: { $0.value(of: $1) })
  }

  /// All conditions of the question that rows and the text index answer.
  static func conditions(_ question: ListQuestion, _ reader: Reader) throws -> Conditions {
    var conditions = try conditions(question, Lookups(database: reader.database))
    if let text = question.text {
      let matches = try SearchMatches(text, reader.database, reader.payload.limits)
      conditions.add("t.trace_key", isAmong: try matches.traces())
    }
    return conditions
  }

  static func conditions(_ question: ListQuestion, _ lookups: Lookups) throws -> Conditions {
    var conditions = Conditions()
    var projectKey: Int64?
    if let project = question.project {
      projectKey = try lookups.project(project)
      conditions.add("t.project_key", isOneOf: [projectKey].compactMap { $0 })
    }
    if let user = question.userID {
      conditions.add("t.user_key", isOneOf: try lookups.users(user, project: projectKey))
    }
    if let id = question.sessionID {
      conditions.add("t.session_key", isOneOf: try [lookups.session(id)].compactMap { $0 })
    }
    if let name = question.sessionName {
      conditions.add("t.session_key", isOneOf: try lookups.sessions(name, project: question.project))
    }
    if let from = question.from { conditions.add("t.end_time >= ?", .integer(from.stored)) }
    if let to = question.to { conditions.add("t.start_time <= ?", .integer(to.stored)) }
    if let status = question.status { conditions.add("t.status = ?", .integer(status.rawValue)) }
    if let model = question.model {
      // A trace's one model stands in its column alone: TraceDetail.
      conditions.add(
        "(t.model = ? OR EXISTS (SELECT 1 FROM json_each(t.detail, '$.m') WHERE value = ?))", .text(model), .text(model)
      )
    }
    for (array, value) in [("t.tags, '$'", question.tag), ("t.detail, '$.s'", question.service)] {
      guard let value else { continue }
      conditions.add("EXISTS (SELECT 1 FROM json_each(\(array)) WHERE value = ?)", .text(value))
    }
    if let least = question.minDurationMilliseconds {
      conditions.add("t.duration >= ?", .integer(nanoseconds(milliseconds: least)))
    }
    if let least = question.minTokens { conditions.add("t.total_tokens >= ?", .integer(least)) }
    if let bookmarked = question.bookmarked {
      let noted =
        "EXISTS (SELECT 1 FROM session_note n WHERE n.project = p.name AND n.name = s.name AND n.bookmarked = 1)"
      conditions.add(bookmarked ? noted : "NOT \(noted)")
    }
    if let filter = question.filter { try FilterLowering.add(filter, to: &conditions, lookups) }
    return conditions
  }

  struct Column {
    var name: String
    var isNullable: Bool
    var value: (TraceEntry) -> Int64?
  }

  /// The column of a sort key. A trace counts as one trace.
  static func column(_ key: Sort.Key) -> Column {
    switch key {
    case .endTime: Column(name: "t.end_time", isNullable: false) { $0.endTime.stored }
    case .startTime: Column(name: "t.start_time", isNullable: false) { $0.startTime.stored }
    case .duration: Column(name: "t.duration", isNullable: false) { $0.duration }
    case .traceCount: Column(name: "(t.trace_key IS NOT NULL)", isNullable: false) { _ in 1 }
    case .tokens: Column(name: "t.total_tokens", isNullable: true) { $0.tokens?.total }
    case .cost: Column(name: "t.cost", isNullable: true) { $0.cost?.value }
    case .errorCount: Column(name: "t.error_count", isNullable: false) { $0.errorCount }
    }
  }
}

/// A trace's row before its payload is read.
struct FoundTrace {
  let key: Int64
  let entry: TraceEntry
  let sessionID: SessionID?

  static func find(_ id: TraceID, in database: Database) throws -> FoundTrace? {
    let statement = try database.statement("find_trace")
    statement.bind(id.bytes, at: 1)
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    return try FoundTrace(statement)
  }

  init(_ statement: Statement) throws {
    key = TraceColumns.key(statement)
    entry = try TraceColumns.entry(statement)
    sessionID = TraceColumns.sessionID(statement)
  }

  func read(_ reader: Reader, _ conventions: Conventions) throws -> StoredTrace {
    try stored(from: reader.payload.material(ofTrace: entry.traceID, key: key), reader, conventions)
  }

  /// The trace, made from its payload.
  func stored(from material: TraceMaterial, _ reader: Reader, _ conventions: Conventions) throws -> StoredTrace {
    let calls = try CallRows(reader.database).duplicates(ofTrace: key)
    return try StoredTrace(
      row: TraceRow(entry, sessionID: sessionID), material: material, duplicateCalls: calls, conventions: conventions)
  }
}

extension TraceRow {
  init(_ entry: TraceEntry, sessionID: SessionID?) {
    self.init(
      id: entry.traceID, project: entry.project, sessionID: sessionID, sessionName: entry.session, userID: entry.user,
      name: entry.name, input: entry.input, output: entry.output, startTime: entry.startTime, endTime: entry.endTime,
      status: entry.status, model: entry.model, models: entry.detail.models, services: entry.detail.services,
      tokens: entry.tokens, cost: entry.cost, spanCount: entry.spanCount, errorCount: entry.errorCount,
      tags: entry.tags, metadata: entry.metadata)
  }
}
