import SQLite
import Telemetry

/// Which sessions and traces a text query finds: those in which some message matches, histories included.
struct SearchMatches {
  /// Keys of messages.
  let messages: Set<Int64>
  private let database: Database

  init(_ query: TextQuery, _ database: Database, _ limits: Limits) throws {
    self.database = database
    try SearchState.check(database)
    messages = Set(try TextSearch(query, database, Deadline(limits)).found)
  }

  /// Keys of sessions; those of traces without one have a minus.
  func owners() throws -> Set<Int64> {
    var owners: Set<Int64> = []
    for message in messages {
      let statement = try database.statement("find_message_owner")
      statement.bind(message, at: 1)
      while try statement.step() { owners.insert(statement.integer(0)) }
    }
    return owners
  }

  /// What a trace says of it, as `SaidMessage.digest`.
  func digests(ofTrace key: Int64) throws -> Set<UInt64> {
    let said = try database.statement("find_trace_messages")
    said.bind(key, at: 1)
    guard try said.step() else { return [] }
    let keys = said.withBytes(1) { KeyList.decode($0) }
    said.reset()
    var digests: Set<UInt64> = []
    for message in keys where messages.contains(message) {
      let statement = try database.statement("read_message")
      statement.bind(message, at: 1)
      if try statement.step() { digests.insert(UInt64(bitPattern: statement.integer(1))) }
      statement.reset()
    }
    return digests
  }

  /// Keys of traces.
  func traces() throws -> Set<Int64> {
    var traces: Set<Int64> = []
    for owner in try owners() {
      if owner < 0 {
        traces.insert(-owner)
        continue
      }
      let statement = try database.statement("list_trace_messages_of_session")
      statement.bind(owner, at: 1)
      while try statement.step() {
        if statement.withBytes(2, { KeyList.intersects($0, messages.contains) }) { traces.insert(statement.integer(0)) }
      }
    }
    return traces
  }
}

extension Conditions {
  /// `column` is one of many keys.
  mutating func add(_ column: String, isAmong keys: Set<Int64>) {
    let list = keys.sorted().map { String($0) }.joined(separator: ",")
    add("\(column) IN (SELECT value FROM json_each(?))", .text("[\(list)]"))
  }
}
