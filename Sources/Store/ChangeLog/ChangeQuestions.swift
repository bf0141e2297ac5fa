import SQLite
import Telemetry

/// What a change changed, as it is now.
package struct CommittedChange: Sendable {
  package enum Subject: Sendable {
    case session(SessionRow)
    case trace(TraceRow)
    /// It is not there any more.
    case deleted(ChangedThing)
  }

  package var number: Int64
  package var subject: Subject
}

/// Changes in the order of their numbers. What was changed several times among them stands there once, at its last.
package struct CommittedChanges: Sendable {
  package var changes: [CommittedChange]
  /// The number to go on behind.
  package var position: Int64
  /// Whether changes behind the position that was asked about are not kept any more, or were never made.
  package var isCut: Bool
}

extension Store {
  /// Changes behind number `position`, about `limit` of them at the most. Without a position: none, and where to go on
  /// from now.
  package func changes(after position: Int64?, limit: Int) async throws(StoreError) -> CommittedChanges {
    try await readers.read("reading changes") { reader in
      let database = reader.database
      let end = try lastChange(database)
      guard let position else { return CommittedChanges(changes: [], position: end, isCut: false) }
      let start = try database.integer("first_change") ?? 1
      if position > end || position < start - 1 {
        return CommittedChanges(changes: [], position: end, isCut: true)
      }
      let (latest, read) = try changedThings(after: position, limit: limit, database)
      let changes = try latest.sorted { $0.value < $1.value }.map { thing, number in
        CommittedChange(number: number, subject: try subject(of: thing, database))
      }
      return CommittedChanges(changes: changes, position: read, isCut: false)
    }
  }

  /// `tell` is called behind every commit that changed something, on the writer's thread: it must be quick.
  package func followChanges(_ tell: @escaping @Sendable () -> Void) -> ChangeFollower { feed.follow(tell) }
}

/// The number of the last change; 0 when there is none.
private func lastChange(_ database: Database) throws -> Int64 {
  let statement = try database.statement("last_change")
  guard try statement.step() else { return 0 }
  defer { statement.reset() }
  return statement.integer(0) + statement.integer(1) / Int64(ChangedThing.byteCount) - 1
}

/// The things with the number of their last change, and the number of the last change that was looked at.
private func changedThings(
  after position: Int64, limit: Int, _ database: Database
) throws -> (latest: [ChangedThing: Int64], read: Int64) {
  var latest: [ChangedThing: Int64] = [:]
  var read = position
  let statement = try database.statement("list_changes")
  statement.bind(position, at: 1)
  defer { statement.reset() }
  while latest.count < limit, try statement.step() {
    let first = statement.integer(0)
    let bytes = statement.bytes(1)
    for index in 0..<bytes.count / ChangedThing.byteCount where first + Int64(index) > position {
      if latest.count >= limit { break }
      let start = index * ChangedThing.byteCount
      read = first + Int64(index)
      guard let thing = ChangedThing(bytes: bytes[start..<start + ChangedThing.byteCount]) else { continue }
      latest[thing] = read
    }
  }
  return (latest, read)
}

private func subject(of thing: ChangedThing, _ database: Database) throws -> CommittedChange.Subject {
  switch thing {
  case .session(let id):
    return try SessionColumns.find(id, in: database).map { .session($0.row) } ?? .deleted(thing)
  case .trace(let id):
    let statement = try database.statement("find_trace")
    statement.bind(id.bytes, at: 1)
    guard try statement.step() else { return .deleted(thing) }
    defer { statement.reset() }
    let found = try FoundTrace(statement)
    return .trace(TraceRow(found.entry, sessionID: found.sessionID))
  }
}
