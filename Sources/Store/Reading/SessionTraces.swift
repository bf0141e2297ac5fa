import SQLite
import Telemetry

/// The traces of a session that have turns, in the order of their turns.
enum SessionTraces {
  /// A turn over many traces is bounded: beyond it the page ends inside the turn, and says what follows.
  private static let continuedMax = 64

  static func page(
    ofSession key: Int64, from place: TurnTracePlace?, limit: Int, _ database: Database
  ) throws -> (traces: [FoundTrace], next: TurnTracePlace?) {
    let tracesMax = limit + continuedMax
    let statement = try database.statement("list_session_traces")
    statement.bind(key, at: 1)
    statement.bind(place?.startTime.stored ?? .min, at: 2)
    statement.bind(place?.id.bytes ?? [], at: 3)
    statement.bind(Int64(tracesMax + 1), at: 4)
    var traces: [FoundTrace] = []
    var next: TurnTracePlace?
    while try statement.step() {
      let trace = try FoundTrace(statement)
      if traces.count >= limit, let last = traces.last,
        traces.count == tracesMax || !Self.continues(trace.entry.detail, last.entry.detail)
      {
        next = TurnTracePlace(startTime: trace.entry.startTime, id: trace.entry.traceID)
        break
      }
      traces.append(trace)
    }
    statement.reset()
    return (traces, next)
  }

  /// Turns of the session's traces before a place.
  static func turns(before place: TurnTracePlace?, ofSession key: Int64, _ database: Database) throws -> Int64 {
    guard let place else { return 0 }
    let statement = try database.statement("count_turns_before")
    statement.bind(key, at: 1)
    statement.bind(place.startTime.stored, at: 2)
    statement.bind(place.id.bytes, at: 3)
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
