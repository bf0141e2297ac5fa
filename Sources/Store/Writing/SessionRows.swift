import Conversations
import SQLite
import Telemetry

/// The table of sessions, as the writer keeps it. Sums follow the traces by difference (`SessionTally`); what depends on
/// order is read from the ends of the session's traces (`SessionEnds`), turns over two traces from the neighbours of
/// what changed (`TurnNeighbours`). So a trace costs the same in a session of ten and of ten thousand.
/// Confined to the writer.
final class SessionRows {
  private struct Row {
    let key: Int64
    let id: SessionID
    let project: ProjectName
    let name: SessionName
    var projectKey: Int64 = 0
    var startTime = UnixNanoseconds(.max)
    var endTime = UnixNanoseconds(0)
    var tally = SessionTally()
    var isStored = false
    /// The trace that held the greatest end moved away from it.
    var endIsStale = false
    /// What the rows of its users say of its end.
    var endOfUsers: UnixNanoseconds?

    /// What they should say: with too many users, one more trace would have to change too many rows.
    var endForUsers: UnixNanoseconds? {
      tally.users.texts.count <= SessionRows.orderedUsersMax ? endTime : nil
    }

    mutating func add(_ trace: TraceEntry, projectKey: Int64) {
      tally.add(trace)
      endTime = max(endTime, trace.endTime)
      self.projectKey = projectKey
    }
  }

  /// Up to so many users of a session have it in the order of their list; 0006_user_session_end.sql knows it, too.
  private static let orderedUsersMax = 64

  private let database: Database
  private var keys: [SessionID: Int64] = [:]
  private var rows: [Int64: Row] = [:]
  private var touched: Set<Int64> = []
  private var neighbours: TurnNeighbours
  private let ids: SessionIDs

  init(_ database: Database, ids: SessionIDs) {
    self.database = database
    self.ids = ids
    neighbours = TurnNeighbours(database)
  }

  func forgetEverything() {
    keys.removeAll()
    rows.removeAll()
    touched.removeAll()
    neighbours = TurnNeighbours(database)
  }

  /// The key of a session's row, a new one if it has none.
  func key(of project: ProjectName, _ name: SessionName, newKey: () -> Int64) throws -> Int64 {
    let id = ids.id(project, name)
    if let key = keys[id] { return key }
    let statement = try database.statement("find_session_state")
    statement.bind(id.bytes, at: 1)
    var row: Row
    if try statement.step() {
      row = Row(key: statement.integer(0), id: id, project: project, name: name)
      row.startTime = UnixNanoseconds(stored: statement.integer(1))
      row.endTime = UnixNanoseconds(stored: statement.integer(2))
      row.tally = try SessionTally(json: statement.text(3))
      row.projectKey = statement.integer(4)
      row.endOfUsers = row.endForUsers
      row.isStored = true
      statement.reset()
    } else {
      row = Row(key: newKey(), id: id, project: project, name: name)
    }
    keys[id] = row.key
    rows[row.key] = row
    return row.key
  }

  /// To be called before any row of `changes` is written: notes which neighbouring traces are one turn together.
  func noteTurnsBefore(_ changes: [Change]) throws {
    for change in changes {
      if let old = change.old, let key = change.state.sessionKey {
        if let session = old.session { _ = try self.key(of: old.project, session) { 0 } }
        try note(old, in: key, of: change)
        if let new = change.new, change.sessionKey == key { try note(new, in: key, of: change) }
      }
      if let new = change.new, let key = change.sessionKey, key != change.state.sessionKey {
        try note(new, in: key, of: change)
      }
    }
  }

  private func note(_ entry: TraceEntry, in key: Int64, of change: Change) throws {
    guard let row = rows[key] else { return }
    guard row.tally.continuers > 0 || entry.detail.continues != nil || change.new?.detail.continues != nil else {
      return
    }
    try neighbours.note(entry, inSession: key)
  }

  /// Takes the change's old share away from the session that it was in, and adds its new one.
  func apply(_ change: Change, previousKey: Int64?) {
    if let old = change.old, let previousKey {
      rows[previousKey]?.tally.remove(old)
      let staysAsLate = previousKey == change.sessionKey && change.new.map { $0.endTime >= old.endTime } == true
      if let row = rows[previousKey], old.endTime >= row.endTime, !staysAsLate {
        rows[previousKey]?.endIsStale = true
      }
      touched.insert(previousKey)
    }
    guard let new = change.new, let key = change.sessionKey, rows[key] != nil else { return }
    rows[key]?.add(new, projectKey: change.state.projectKey)
    touched.insert(key)
  }

  /// The ends of the sessions that were touched, for the rows of their users. To be called once the rows of their traces
  /// are written.
  func settleEnds() throws -> [Int64: UserRows.SessionEnd] {
    var ends: [Int64: UserRows.SessionEnd] = [:]
    for key in touched {
      guard var row = rows[key] else { continue }
      if row.endIsStale { row.endTime = try greatestEnd(ofSession: key) }
      row.endIsStale = false
      let end = row.endForUsers
      ends[key] = UserRows.SessionEnd(
        project: row.projectKey, end: end, users: end == row.endOfUsers ? [] : row.tally.users.texts.map(UserID.init))
      row.endOfUsers = end
      rows[key] = row
    }
    return ends
  }

  /// Writes what was touched, once its ends are settled. Returns by how much each project's count of
  /// sessions changes, and which sessions were written or are gone.
  func write(
    summary: (TraceID) throws -> TraceSummary?
  ) throws -> (differences: [ProjectName: Int64], written: [SessionID]) {
    var differences: [ProjectName: Int64] = [:]
    var written: [SessionID] = []
    for key in touched.sorted() {
      guard var row = rows[key] else { continue }
      written.append(row.id)
      row.tally.continuations += try neighbours.difference(inSession: key)
      if row.tally.traceCount == 0 {
        let statement = try database.statement("delete_session")
        statement.bind(key, at: 1)
        try statement.run()
        rows[key] = nil
        keys[row.id] = nil
        if row.isStored { differences[row.project, default: 0] -= 1 }
        continue
      }
      let ends = try SessionEnds(ofSession: key, tally: row.tally, from: database, summary: summary)
      row.startTime = ends.startTime
      if !row.isStored { differences[row.project, default: 0] += 1 }
      row.isStored = true
      rows[key] = row
      try write(row, ends)
    }
    touched.removeAll()
    neighbours = TurnNeighbours(database)
    if rows.count > 8_192 { forgetEverything() }
    return (differences, written)
  }

  private func greatestEnd(ofSession key: Int64) throws -> UnixNanoseconds {
    let statement = try database.statement("max_end_of_session")
    statement.bind(key, at: 1)
    guard try statement.step() else { return UnixNanoseconds(0) }
    defer { statement.reset() }
    return UnixNanoseconds(stored: statement.integer(0))
  }

  private func write(_ row: Row, _ ends: SessionEnds) throws {
    let statement = try database.statement("upsert_session")
    statement.bind(row.key, at: 1)
    statement.bind(row.id.bytes, at: 2)
    statement.bind(row.projectKey, at: 3)
    statement.bind(row.name.text, at: 4)
    statement.bind(row.startTime.stored, at: 5)
    statement.bind(row.endTime.stored, at: 6)
    statement.bind(durationNanoseconds(from: row.startTime, to: row.endTime), at: 7)
    statement.bind(row.tally.traceCount, at: 8)
    statement.bind(row.tally.turnCount, at: 9)
    statement.bind(row.tally.spanCount, at: 10)
    statement.bind(row.tally.errorCount, at: 11)
    statement.bind(ends.status.rawValue, at: 12)
    statement.bind(row.tally.usage.total.known, at: 13)
    statement.bind(row.tally.usage.cost.known, at: 14)
    statement.bind(ends.firstMessage, at: 15)
    statement.bind(ends.lastMessage, at: 16)
    statement.bind(ends.firstReply, at: 17)
    statement.bind(ends.lastReply, at: 18)
    statement.bind(row.tally.json, at: 19)
    statement.bind(ends.latestUser, at: 20)
    try statement.run()
  }
}
