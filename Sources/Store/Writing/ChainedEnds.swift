import Conversations
import SQLite
import Telemetry

/// First and last texts of a session in which some turn goes on over several traces: the turns are read as whole
/// turns, from the summaries of as many traces at either end as it takes.
struct ChainedEnds {
  private(set) var firstMessage: String?
  private(set) var firstReply: String?
  private(set) var lastMessage: String?
  private(set) var lastReply: String?
  private(set) var lastTurnFailed = false

  init(
    ofSession key: Int64, tally: SessionTally, from database: Database, summary: (TraceID) throws -> TraceSummary?
  ) throws {
    let isEnough = { (turns: ArraySlice<TurnSketch>) in
      (tally.withHuman == 0 || turns.contains { $0.human != nil })
        && (tally.withReply == 0 || turns.contains { $0.ai != nil })
    }
    let first = try Self.turns(
      database.statement("first_trace_ids_of_session"), key, reversed: false, summary, isEnough)
    firstMessage = first.first { $0.human != nil }?.human?.text
    firstReply = first.first { $0.ai != nil }?.ai?.text
    let last = try Self.turns(database.statement("last_trace_ids_of_session"), key, reversed: true, summary, isEnough)
    lastMessage = last.last { $0.human != nil }?.human?.text
    lastReply = last.last { $0.ai != nil }?.ai?.text
    lastTurnFailed = last.last?.status == .error
  }

  /// The whole turns at one end of the session, enough of them. The turn farthest from the end may go on in traces that
  /// were not read: it counts only if there are no such traces.
  private static func turns(
    _ statement: Statement, _ key: Int64, reversed: Bool, _ summary: (TraceID) throws -> TraceSummary?,
    _ isEnough: (ArraySlice<TurnSketch>) -> Bool
  ) throws -> [TurnSketch] {
    statement.bind(key, at: 1)
    var ids: [TraceID] = []
    while try statement.step() {
      if let id = TraceID(bytes: statement.bytes(0)) { ids.append(id) }
      if ids.count == idsMax { break }
    }
    statement.reset()
    var traces: [TraceSummary] = []
    var size = 4
    while true {
      for id in ids.prefix(size).dropFirst(traces.count) {
        if let summary = try summary(id) { traces.append(summary) }
      }
      let ordered = reversed ? traces.reversed() : traces
      let turns = TurnChain.chains(of: ordered).compactMap { $0.sketch(in: ordered) }
      if size >= ids.count { return turns }
      if isEnough(reversed ? turns.dropFirst() : turns.dropLast()) { return turns }
      size *= 4
    }
  }

  /// Beyond so many traces without a text the ends are looked for no further.
  private static let idsMax = 4_096
}
