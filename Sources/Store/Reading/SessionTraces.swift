import SQLite
import Telemetry

/// The traces of a session that have turns, in the order of their turns.
enum SessionTraces {
  /// A turn over many traces is bounded: beyond it the page ends inside the turn.
  private static let continuedMax = 64

  static func page(
    ofSession key: Int64, from: Int64, limit: Int, _ database: Database
  ) throws -> (traces: [FoundTrace], next: Int64?) {
    let statement = try database.statement("list_session_traces")
    statement.bind(key, at: 1)
    statement.bind(Int64(limit + continuedMax + 1), at: 2)
    statement.bind(from, at: 3)
    var traces: [FoundTrace] = []
    var next: Int64?
    while try statement.step() {
      let trace = try FoundTrace(statement)
      if traces.count >= limit, let last = traces.last, !Self.continues(trace.entry.detail, last.entry.detail) {
        next = from + Int64(traces.count)
        break
      }
      traces.append(trace)
    }
    statement.reset()
    return (traces, next)
  }

  /// Turns of the session's first `count` traces.
  static func turns(before count: Int64, ofSession key: Int64, _ database: Database) throws -> Int64 {
    if count == 0 { return 0 }
    let statement = try database.statement("count_turns_before")
    statement.bind(key, at: 1)
    statement.bind(count, at: 2)
    var turns: Int64 = 0
    var previous: TraceDetail?
    while try statement.step() {
      let detail = try TraceDetail(json: statement.text(1))
      turns += statement.integer(0)
      if let previous, continues(detail, previous) { turns -= 1 }
      previous = detail
    }
    return turns
  }

  static func continues(_ detail: TraceDetail, _ previous: TraceDetail) -> Bool {
    detail.continues != nil && detail.continues == previous.opens
  }
}
