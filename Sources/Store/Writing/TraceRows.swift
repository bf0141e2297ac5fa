import Conversations
import JSON
import SQLite
import Telemetry

/// The columns that every statement on traces selects, in their order.
enum TraceColumns {
  static func entry(_ statement: Statement) throws -> TraceEntry {
    guard let traceID = TraceID(bytes: statement.bytes(1)), let status = RowStatus(rawValue: statement.integer(11))
    else { throw StoreError.unusable("a trace row of the database is damaged", hint: "run `steno verify --repair`") }
    return TraceEntry(
      traceID: traceID, project: ProjectName(statement.text(3)),
      session: statement.optionalText(6).map(SessionName.init), user: statement.optionalText(8).map(UserID.init),
      startTime: UnixNanoseconds(stored: statement.integer(9)), endTime: UnixNanoseconds(stored: statement.integer(10)),
      status: status, spanCount: statement.integer(12), errorCount: statement.integer(13),
      turnCount: statement.integer(14), name: statement.text(16), model: statement.optionalText(17),
      input: statement.optionalText(18), output: statement.optionalText(19),
      cost: statement.optionalInteger(15).map(PicoDollars.init),
      tags: statement.optionalText(20).flatMap { try? JSONValue.parse($0).texts } ?? [],
      metadata: statement.optionalText(21),
      detail: try TraceDetail(json: statement.text(22), model: statement.optionalText(17)),
      findings: statement.integer(23))
  }

  static func key(_ statement: Statement) -> Int64 { statement.integer(0) }
  static func projectKey(_ statement: Statement) -> Int64 { statement.integer(2) }
  static func sessionKey(_ statement: Statement) -> Int64? { statement.optionalInteger(4) }
  static func sessionID(_ statement: Statement) -> SessionID? {
    statement.isNull(5) ? nil : SessionID(bytes: statement.bytes(5))
  }
  static func userKey(_ statement: Statement) -> Int64? { statement.optionalInteger(7) }
}

/// The table of traces, as the writer uses it.
enum TraceRows {
  /// Fills in what the trace's row says. False: it has none.
  static func load(_ state: TraceState, from database: Database) throws -> Bool {
    let statement = try database.statement("find_trace")
    statement.bind(state.traceID.bytes, at: 1)
    guard try statement.step() else { return false }
    let key = TraceColumns.key(statement)
    state.key = key
    state.projectKey = TraceColumns.projectKey(statement)
    state.sessionKey = TraceColumns.sessionKey(statement)
    state.userKey = TraceColumns.userKey(statement)
    state.entry = try TraceColumns.entry(statement)
    statement.reset()
    let calls = try database.statement("list_calls_of_trace")
    calls.bind(key, at: 1)
    while try calls.step() {
      guard let spanID = SpanID(bytes: calls.bytes(0)) else { continue }
      state.calls.append(
        CallIdentity(
          spanID: spanID, response: UInt64(bitPattern: calls.integer(1)), hasMessages: calls.integer(2) == 1,
          startTime: UnixNanoseconds(stored: calls.integer(3))))
      if calls.integer(4) == 1 { state.duplicateCalls.insert(spanID) }
    }
    return true
  }

  static func traceID(ofKey key: Int64, from database: Database) throws -> TraceID? {
    let statement = try database.statement("find_trace_id")
    statement.bind(key, at: 1)
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    return TraceID(bytes: statement.bytes(0))
  }

  /// Writes the entry as the trace's row, under the keys of `state`.
  static func write(_ entry: TraceEntry, of state: TraceState, to database: Database) throws {
    let statement = try database.statement("upsert_trace")
    statement.bind(state.key, at: 1)
    statement.bind(entry.traceID.bytes, at: 2)
    statement.bind(state.projectKey, at: 3)
    statement.bind(state.sessionKey, at: 4)
    statement.bind(state.userKey, at: 5)
    statement.bind(entry.startTime.stored, at: 6)
    statement.bind(entry.endTime.stored, at: 7)
    statement.bind(entry.duration, at: 8)
    statement.bind(entry.status.rawValue, at: 9)
    statement.bind(entry.spanCount, at: 10)
    statement.bind(entry.errorCount, at: 11)
    statement.bind(entry.turnCount, at: 12)
    statement.bind(entry.tokens?.total, at: 13)
    statement.bind(entry.cost?.value, at: 14)
    statement.bind(entry.name, at: 15)
    statement.bind(entry.model, at: 16)
    statement.bind(entry.input, at: 17)
    statement.bind(entry.output, at: 18)
    statement.bind(entry.tags.isEmpty ? nil : texts(entry.tags), at: 19)
    statement.bind(entry.metadata, at: 20)
    statement.bind(entry.detail.json(model: entry.model), at: 21)
    statement.bind(entry.findings, at: 22)
    try statement.run()
  }

  private static func texts(_ texts: [String]) -> String {
    var writer = JSONWriter()
    writer.write(texts: texts)
    return writer.text
  }
}
