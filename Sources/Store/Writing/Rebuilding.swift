import SQLite
import Telemetry

extension Committer {
  /// Writes every derived row anew from the stored spans, in one transaction. What people said about sessions stays.
  func rebuild() throws {
    try transaction {
      forgetEverything()
      for table in ["session", "user", "project", "user_session", "call"] + SearchIndex.tables {
        try database.connection.execute("DELETE FROM \(table)")
      }
      var after: Int64 = 0
      while let last = try rebuild(after: after) { after = last }
    }
    forgetEverything()
  }

  /// The key of the last trace rebuilt; nil when none was left.
  private func rebuild(after key: Int64) throws -> Int64? {
    let traces = try traceIDs(after: key, limit: 256)
    try resolve(traces.map { try fresh($0.id, key: $0.key) })
    return traces.last?.key
  }

  func traceIDs(after key: Int64, limit: Int64) throws -> [(key: Int64, id: TraceID)] {
    let statement = try database.statement("list_trace_ids")
    statement.bind(key, at: 1)
    statement.bind(limit, at: 2)
    var traces: [(key: Int64, id: TraceID)] = []
    while try statement.step() {
      if let id = TraceID(bytes: statement.bytes(1)) { traces.append((statement.integer(0), id)) }
    }
    return traces
  }

  /// A trace as if it had no rows yet: its spans, and the key that they lie under.
  private func fresh(_ traceID: TraceID, key: Int64) throws -> TraceState {
    let state = TraceState(traceID: traceID)
    state.key = key
    state.rereadsMessages = true
    try load(try payload.material(ofTrace: traceID, key: key), into: state)
    return state
  }
}
