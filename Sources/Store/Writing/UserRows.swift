import JSON
import SQLite
import Telemetry

/// The tables of users and of their sessions, as the writer keeps them. Confined to the writer.
final class UserRows {
  private struct Name: Hashable {
    var project: Int64
    var user: UserID
  }

  private struct Row {
    var key: Int64
    var name: Name
    var sessionCount: Int64 = 0
    var traceCount: Int64 = 0
    var times = TimeSpan()
    var usage = UsageTally()
  }

  private let database: Database
  private var keys: [Name: Int64] = [:]
  private var rows: [Int64: Row] = [:]
  private var touched: Set<Int64> = []
  /// By how many traces each user's part of each session changes.
  private var moves: [Membership: Int64] = [:]

  private struct Membership: Hashable {
    var user: Int64
    var session: Int64
  }

  /// What the rows of a session's users say of its end, and those of its users whose rows do not say it yet.
  struct SessionEnd {
    var project: Int64
    var end: UnixNanoseconds?
    var users: [UserID]
  }

  init(_ database: Database) { self.database = database }

  func forgetEverything() {
    keys.removeAll()
    rows.removeAll()
    touched.removeAll()
    moves.removeAll()
  }

  /// The key of a user's row within a project, a new one if it has none.
  func key(of user: UserID, project: Int64, newKey: () -> Int64) throws -> Int64 {
    let name = Name(project: project, user: user)
    if let key = keys[name] { return key }
    let statement = try database.statement("find_user")
    statement.bind(project, at: 1)
    statement.bind(user.text, at: 2)
    var row: Row
    if try statement.step() {
      row = Row(key: statement.integer(0), name: name)
      row.sessionCount = statement.integer(1)
      row.traceCount = statement.integer(2)
      row.times = TimeSpan(
        first: UnixNanoseconds(stored: statement.integer(3)), last: UnixNanoseconds(stored: statement.integer(4)))
      guard let usage = UsageTally(try? JSONValue.parse(statement.text(5))) else {
        throw StoreError.unusable("a user row of the database is damaged", hint: "run `steno verify --repair`")
      }
      row.usage = usage
      statement.reset()
    } else {
      row = Row(key: newKey(), name: name)
    }
    keys[name] = row.key
    rows[row.key] = row
    return row.key
  }

  /// Takes the change's old share away and adds its new one, which belongs to `newKey`. To be called before the
  /// change's keys are noted in its state.
  func apply(_ change: Change, newKey: Int64?) throws {
    let state = change.state
    if let old = change.old, let oldKey = state.userKey {
      if let user = old.user { _ = try key(of: user, project: state.projectKey) { 0 } }
      rows[oldKey]?.traceCount -= 1
      rows[oldKey]?.usage.remove(old.tokens, cost: old.cost)
      if oldKey != newKey { rows[oldKey]?.times.remove(old) }
      touched.insert(oldKey)
    }
    if let newKey, let new = change.new {
      rows[newKey]?.traceCount += 1
      rows[newKey]?.usage.add(new.tokens, cost: new.cost)
      if let old = change.old, state.userKey == newKey {
        rows[newKey]?.times.replace(old, with: new)
      } else {
        rows[newKey]?.times.add(new)
      }
      touched.insert(newKey)
    }
    if state.userKey != newKey || state.sessionKey != change.sessionKey {
      move(user: state.userKey, session: state.sessionKey, by: -1)
      move(user: newKey, session: change.sessionKey, by: 1)
    }
  }

  /// Writes what was touched, once the rows of its traces are written. `ends` has every session that was touched.
  func write(_ ends: [Int64: SessionEnd]) throws {
    // One that only moved along is counted as before.
    for (session, end) in ends {
      for user in end.users { move(user: try key(of: user, project: end.project) { 0 }, session: session, by: 0) }
    }
    let moved = moves.sorted { ($0.key.user, $0.key.session) < ($1.key.user, $1.key.session) }
    for (membership, difference) in moved { try write(membership, difference, end: ends[membership.session]?.end) }
    moves.removeAll(keepingCapacity: true)
    for key in touched.sorted() {
      guard var row = rows[key] else { continue }
      if row.traceCount == 0 {
        let statement = try database.statement("delete_user")
        statement.bind(key, at: 1)
        try statement.run()
        rows[key] = nil
        keys[row.name] = nil
        continue
      }
      try row.times.read(database.statement("span_times_of_user"), key: key)
      rows[key] = row
      try write(row)
    }
    touched.removeAll()
    if rows.count > 8_192 { forgetEverything() }
  }

  private func write(_ row: Row) throws {
    var writer = JSONWriter(capacity: 64)
    row.usage.write(to: &writer)
    let statement = try database.statement("upsert_user")
    statement.bind(row.key, at: 1)
    statement.bind(row.name.project, at: 2)
    statement.bind(row.name.user.text, at: 3)
    statement.bind(row.sessionCount, at: 4)
    statement.bind(row.traceCount, at: 5)
    statement.bind(row.times.first.stored, at: 6)
    statement.bind(row.times.last.stored, at: 7)
    statement.bind(row.usage.total.known, at: 8)
    statement.bind(row.usage.cost.known, at: 9)
    statement.bind(writer.text, at: 10)
    try statement.run()
  }

  private func move(user: Int64?, session: Int64?, by difference: Int64) {
    guard let user, let session else { return }
    moves[Membership(user: user, session: session), default: 0] += difference
  }

  /// Traces of (user, session) more or less; the first makes the session one of the user's, the last unmakes it.
  private func write(_ membership: Membership, _ difference: Int64, end: UnixNanoseconds?) throws {
    let (user, session) = (membership.user, membership.session)
    guard difference != 0 else {
      let update = try database.statement("update_user_session")
      update.bind(user, at: 1)
      update.bind(session, at: 2)
      update.bind(end?.stored, at: 3)
      return try update.run()
    }
    let find = try database.statement("count_user_session")
    find.bind(user, at: 1)
    find.bind(session, at: 2)
    let count = try find.step() ? find.integer(0) : 0
    find.reset()
    let next = count + difference
    if count == 0 && next > 0 { rows[user]?.sessionCount += 1 }
    if count > 0 && next == 0 { rows[user]?.sessionCount -= 1 }
    let statement = try database.statement(next == 0 ? "delete_user_session" : "upsert_user_session")
    statement.bind(user, at: 1)
    statement.bind(session, at: 2)
    if next != 0 {
      statement.bind(next, at: 3)
      statement.bind(end?.stored, at: 4)
    }
    try statement.run()
  }
}
