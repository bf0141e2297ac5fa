import Conversations
import SQLite
import Telemetry

/// Keeps text search in step with the traces that a commit changes: which messages there are, which trace says each
/// first, and the words of those that are new.
///
/// Everything follows from the set of stored spans alone. A message is what one role says in one owner: a session, or a
/// trace without one. It exists while some trace of the owner says it, and belongs to the first of these by start time,
/// then trace ID. Confined to the writer.
final class SearchIndex {
  /// All that is derived for search.
  static let tables = ["message", "trace_message", "search_segment", "search_block", "search_purge"]

  private let database: Database
  private let messages: MessageRows
  private let traces: TraceMessageRows
  private let segments: SegmentRows
  private var builder = SegmentBuilder()
  /// What the requests of the commit under way say, by digest.
  var arrived: [UInt64: SaidMessage] = [:]
  /// Messages whose first trace says them no more or starts at another time, by owner.
  private var unsettled: [Int64: Set<Int64>] = [:]

  init(_ database: Database) throws {
    self.database = database
    messages = try MessageRows(database)
    traces = TraceMessageRows(database: database)
    segments = SegmentRows(database)
  }

  func forgetEverything() {
    messages.forgetEverything()
    segments.forgetEverything()
    builder.removeAll()
    arrived.removeAll()
    unsettled.removeAll()
  }

  /// To be called when the rows of the changed traces are written.
  ///
  /// - Parameter read: all that a trace says, by its stored spans.
  func apply(_ changes: [Change], read: (TraceState) throws -> [UInt64: SaidMessage]) throws {
    for change in changes {
      guard let key = change.state.key else { continue }
      let before = change.old == nil ? nil : try traces.find(key)
      if change.new == nil {
        if let before {
          leave(before.messages, owner: before.owner)
          try traces.delete(key)
        }
        continue
      }
      try apply(change, key, before, read)
      change.state.forgetArrivedMessages()
    }
    try settle()
  }

  private func apply(
    _ change: Change, _ key: Int64, _ before: (owner: Int64, messages: [Int64])?,
    _ read: (TraceState) throws -> [UInt64: SaidMessage]
  ) throws {
    let state = change.state
    let owner = change.sessionKey ?? -key
    let isMoved = before.map { $0.owner != owner } ?? false
    let isRetimed = change.old?.startTime != change.new?.startTime && before != nil
    let isWhole = change.old == nil ? !state.rereadsMessages : before != nil && !state.rereadsMessages && !isMoved
    if isWhole, !isRetimed, state.arrivedMessages.isEmpty, before != nil { return }

    var texts: [UInt64: SaidMessage]?
    var said = Set(state.arrivedMessages)
    var kept: [Int64] = []
    if isWhole {
      kept = before?.messages ?? []
    } else {
      let whole = try read(state)
      texts = whole
      said = Set(whole.keys)
    }
    let order = TraceOrder(start: change.new?.startTime.stored ?? 0, traceID: state.traceID)
    var now = Set(kept)
    for digest in said.sorted() {
      let identity = MessageRows.Identity(owner: owner, digest: digest)
      if let row = try messages.find(identity) {
        now.insert(row.key)
        if row.trace == key, isRetimed {
          messages.setStart(order.start, identity)
          unsettled[owner, default: []].insert(row.key)
        } else if row.trace != key, try order.precedes(row.trace, row.start, database) {
          try messages.setTrace(key, start: order.start, of: row.key, identity)
        }
        continue
      }
      if isMoved, let before, before.owner < 0 {
        let old = MessageRows.Identity(owner: before.owner, digest: digest)
        if let row = try messages.find(old) {
          try messages.move(row.key, from: old, to: identity, trace: key, start: order.start)
          now.insert(row.key)
          continue
        }
      }
      if texts == nil, arrived[digest] == nil { texts = try read(state) }
      guard let message = texts?[digest] ?? arrived[digest] else { continue }
      let row = try messages.insert(identity, trace: key, start: order.start, role: message.role)
      builder.add(row.key, message.text)
      if builder.isFull { try writeSegment() }
      now.insert(row.key)
    }
    let sorted = now.sorted()
    try traces.write(key, owner: owner, sorted)
    guard let before else { return }
    let gone = before.messages.filter { !now.contains($0) }
    leave(gone, owner: before.owner)
    guard isRetimed else { return }
    for message in kept {
      guard let found = try messages.read(message) else { continue }
      if found.trace == key {
        messages.setStart(order.start, found.identity)
        unsettled[owner, default: []].insert(message)
      } else if try order.precedes(found.trace, found.start, database) {
        try messages.setTrace(key, start: order.start, of: message, found.identity)
      }
    }
  }

  private func leave(_ keys: [Int64], owner: Int64) {
    if !keys.isEmpty { unsettled[owner, default: []].formUnion(keys) }
  }

  /// Finds for each unsettled message the first trace that says it now. One that nobody says goes.
  private func settle() throws {
    for (owner, keys) in unsettled.sorted(by: { $0.key < $1.key }) {
      var left: [Int64: Unsettled] = [:]
      for key in keys {
        guard let found = try messages.read(key), found.identity.owner == owner else { continue }
        left[key] = Unsettled(identity: found.identity, trace: found.trace)
      }
      try settle(&left, owner)
      for (key, found) in left.sorted(by: { $0.key < $1.key }) { try messages.remove(key, found.identity) }
    }
    unsettled.removeAll()
  }

  private struct Unsettled {
    var identity: MessageRows.Identity
    var trace: Int64
  }

  private func settle(_ left: inout [Int64: Unsettled], _ owner: Int64) throws {
    if left.isEmpty { return }
    if owner < 0 {
      guard let found = try traces.find(-owner), found.owner == owner else { return }
      for key in found.messages { left[key] = nil }
      return
    }
    let statement = try database.statement("list_trace_messages_of_session")
    statement.bind(owner, at: 1)
    var found: [(key: Int64, old: Unsettled, trace: Int64, start: Int64)] = []
    while !left.isEmpty, try statement.step() {
      let trace = statement.integer(0)
      let start = statement.integer(1)
      statement.withBytes(2) { bytes in
        for key in KeyList.decode(bytes) {
          if let old = left.removeValue(forKey: key) { found.append((key, old, trace, start)) }
        }
      }
    }
    statement.reset()
    for (key, old, trace, start) in found where old.trace != trace {
      try messages.setTrace(trace, start: start, of: key, old.identity)
    }
  }

  /// Writes the words of the commit's new messages. To be called at the end of a transaction.
  func finish() throws {
    if !builder.isEmpty { try writeSegment() }
    arrived.removeAll(keepingCapacity: true)
  }

  private func writeSegment() throws {
    if let draft = builder.segment() { try segments.append(draft) }
    builder.removeAll()
  }

  /// Removes the words of messages that are gone from some of the segments, for about `budget`. Returns whether any is
  /// left.
  func purge(for budget: Duration) throws -> Bool {
    let end = ContinuousClock.now + budget
    repeat {
      if try !segments.purgeOne() { return false }
    } while ContinuousClock.now < end
    return true
  }

  /// Removes a part of everything. Returns whether any is left.
  func clearSome() throws -> Bool {
    forgetEverything()
    if try segments.clear(blocks: 1_024) { return true }
    for name in ["clear_trace_messages", "clear_messages"] {
      try database.run(name, 8_192)
      if database.connection.changes > 0 { return true }
    }
    return false
  }
}

/// The order in which traces say what they say first.
private struct TraceOrder {
  var start: Int64
  var traceID: TraceID

  func precedes(_ trace: Int64, _ otherStart: Int64, _ database: Database) throws -> Bool {
    if start != otherStart { return start < otherStart }
    let statement = try database.statement("find_trace_id")
    statement.bind(trace, at: 1)
    guard try statement.step() else { return true }
    defer { statement.reset() }
    guard let id = TraceID(bytes: statement.bytes(0)) else { return true }
    return traceID < id
  }
}
