import Conversations
import SQLite
import Telemetry

/// What a session's row takes from its first and its last traces. Read from either end of the index of its traces, only
/// as far as needed: mostly one row from each.
struct SessionEnds {
  private(set) var startTime = UnixNanoseconds(0)
  private(set) var firstMessage: String?
  private(set) var firstReply: String?
  private(set) var lastMessage: String?
  private(set) var lastReply: String?
  /// The user of the latest trace that has one.
  private(set) var latestUser: String?
  private(set) var status = RowStatus.ok

  /// `summary` gives a trace's summary as it is now: it is asked where turns go on over several traces.
  init(
    ofSession key: Int64, tally: SessionTally, from database: Database, summary: (TraceID) throws -> TraceSummary?
  ) throws {
    try readFirst(key, tally, database)
    try readLast(key, tally, database)
    guard tally.continuations > 0 else { return }
    let ends = try ChainedEnds(ofSession: key, tally: tally, from: database, summary: summary)
    firstMessage = ends.firstMessage
    firstReply = ends.firstReply
    lastMessage = ends.lastMessage
    lastReply = ends.lastReply
    if ends.lastTurnFailed { status = .error }
  }

  private mutating func readFirst(_ key: Int64, _ tally: SessionTally, _ database: Database) throws {
    let statement = try database.statement("first_traces_of_session")
    statement.bind(key, at: 1)
    var isFirst = true
    while try statement.step() {
      if isFirst { startTime = UnixNanoseconds(stored: statement.integer(3)) }
      isFirst = false
      if firstMessage == nil { firstMessage = statement.optionalText(0) }
      if firstReply == nil, let output = statement.optionalText(1) {
        firstReply = try TraceDetail(ofTurnsIn: statement, 2).firstOutput ?? output
      }
      if (firstMessage != nil || tally.withHuman == 0) && (firstReply != nil || tally.withReply == 0) { break }
    }
    statement.reset()
  }

  private mutating func readLast(_ key: Int64, _ tally: SessionTally, _ database: Database) throws {
    let statement = try database.statement("last_traces_of_session")
    statement.bind(key, at: 1)
    var isLast = true
    var lastTurnFailed: Bool?
    while try statement.step() {
      if isLast && statement.integer(4) == RowStatus.pending.rawValue { status = .pending }
      isLast = false
      let needsDetail = (lastTurnFailed == nil && statement.integer(3) > 0) || lastMessage == nil
      let detail = needsDetail ? try TraceDetail(ofTurnsIn: statement, 2) : TraceDetail()
      if lastTurnFailed == nil && statement.integer(3) > 0 { lastTurnFailed = detail.lastTurnFailed }
      if lastMessage == nil, let input = statement.optionalText(0) { lastMessage = detail.lastInput ?? input }
      if lastReply == nil { lastReply = statement.optionalText(1) }
      if latestUser == nil { latestUser = statement.optionalText(5) }
      if (lastTurnFailed != nil || tally.withTurns == 0) && (lastMessage != nil || tally.withHuman == 0)
        && (lastReply != nil || tally.withReply == 0) && (latestUser != nil || tally.users.isEmpty)
      {
        break
      }
    }
    statement.reset()
    if lastTurnFailed == true { status = .error }
  }
}
