import Conversations
import SQLite
import Telemetry

/// The table of messages: each once per owner, with the trace that said it first. Confined to the writer.
final class MessageRows {
  struct Identity: Hashable {
    /// A session's key, or that of a trace without a session with a minus.
    var owner: Int64
    var digest: UInt64
  }

  struct Row {
    var key: Int64
    /// The trace that says it first, and when that trace starts.
    var trace: Int64
    var start: Int64
  }

  private let database: Database
  private var known: [Identity: Row] = [:]
  private var lastKey: Int64
  /// About 4 MB of them.
  private static let knownMax = 1 << 16

  init(_ database: Database) throws {
    self.database = database
    lastKey = try database.integer("max_message") ?? 0
  }

  func forgetEverything() { known.removeAll(keepingCapacity: true) }

  func find(_ identity: Identity) throws -> Row? {
    if let row = known[identity] { return row }
    let statement = try database.statement("find_message")
    statement.bind(identity.owner, at: 1)
    statement.bind(Int64(bitPattern: identity.digest), at: 2)
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    let row = Row(key: statement.integer(0), trace: statement.integer(1), start: statement.integer(2))
    remember(row, identity)
    return row
  }

  /// A new message, said first by `trace`.
  func insert(_ identity: Identity, trace: Int64, start: Int64, role: MessageRole) throws -> Row {
    lastKey += 1
    let row = Row(key: lastKey, trace: trace, start: start)
    let statement = try database.statement("insert_message")
    statement.bind(row.key, at: 1)
    statement.bind(identity.owner, at: 2)
    statement.bind(Int64(bitPattern: identity.digest), at: 3)
    statement.bind(trace, at: 4)
    statement.bind(Int64(role.rawValue), at: 5)
    try statement.run()
    remember(row, identity)
    return row
  }

  func setTrace(_ trace: Int64, start: Int64, of key: Int64, _ identity: Identity) throws {
    try database.run("set_message_trace", key, trace)
    remember(Row(key: key, trace: trace, start: start), identity)
  }

  /// The trace that says it first starts at another time now.
  func setStart(_ start: Int64, _ identity: Identity) { known[identity]?.start = start }

  func move(_ key: Int64, from old: Identity, to new: Identity, trace: Int64, start: Int64) throws {
    try database.run("move_message", key, new.owner)
    known[old] = nil
    remember(Row(key: key, trace: trace, start: start), new)
  }

  /// Nobody says it any more: its row goes at once, its words are to be purged.
  func remove(_ key: Int64, _ identity: Identity) throws {
    try database.run("delete_message", key)
    try database.run("insert_search_purge", key)
    known[identity] = nil
  }

  func read(_ key: Int64) throws -> (identity: Identity, trace: Int64, start: Int64)? {
    let statement = try database.statement("read_message")
    statement.bind(key, at: 1)
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    let identity = Identity(owner: statement.integer(0), digest: UInt64(bitPattern: statement.integer(1)))
    return (identity, statement.integer(2), statement.integer(3))
  }

  private func remember(_ row: Row, _ identity: Identity) {
    if known.count >= Self.knownMax { known.removeAll(keepingCapacity: true) }
    known[identity] = row
  }
}

/// Which messages each trace says. Confined to the writer.
struct TraceMessageRows {
  let database: Database

  func find(_ trace: Int64) throws -> (owner: Int64, messages: [Int64])? {
    let statement = try database.statement("find_trace_messages")
    statement.bind(trace, at: 1)
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    return (statement.integer(0), statement.withBytes(1) { KeyList.decode($0) })
  }

  func write(_ trace: Int64, owner: Int64, _ messages: [Int64]) throws {
    let statement = try database.statement("upsert_trace_messages")
    statement.bind(trace, at: 1)
    statement.bind(owner, at: 2)
    statement.bind(KeyList.encode(messages), at: 3)
    try statement.run()
  }

  func delete(_ trace: Int64) throws { try database.run("delete_trace_messages", trace) }
}
