import Conversations
import Telemetry

/// What a commit does to one trace's rows. A class, since entries are large to copy.
final class Change {
  let state: TraceState
  /// As the database has it; nil for a new trace.
  let old: TraceEntry?
  /// nil for a trace that is deleted.
  let new: TraceEntry?
  /// The session that the new entry belongs to.
  let sessionKey: Int64?
  /// The calls of the new entry that name a response.
  let calls: [CallIdentity]

  init(state: TraceState, new: TraceEntry?, sessionKey: Int64?, calls: [CallIdentity]) {
    self.state = state
    old = state.entry
    self.new = new
    self.sessionKey = sessionKey
    self.calls = calls
  }
}

/// The traces that a commit touches, each with its new entry.
struct Changes {
  private var changes: [TraceID: Change] = [:]
  private var order: [TraceID] = []

  /// In the order in which traces were first resolved.
  var all: [Change] { order.compactMap { changes[$0] } }

  /// Derives the trace's entry from its facts; again, if it was derived before.
  mutating func resolve(
    _ state: TraceState, sessionKey: (ProjectName, SessionName) throws -> Int64
  ) throws {
    guard let summary = state.summary() else { return }
    state.releaseSummary()
    let entry = TraceEntry(state.traceID, summary)
    let key = try entry.session.map { try sessionKey(entry.project, $0) }
    if changes[state.traceID] == nil { order.append(state.traceID) }
    changes[state.traceID] = Change(
      state: state, new: entry, sessionKey: key, calls: summary.calls)
  }

  /// The trace's rows stay as they are.
  mutating func keep(_ state: TraceState) {
    if changes[state.traceID] == nil { order.append(state.traceID) }
    changes[state.traceID] = Change(
      state: state, new: state.entry, sessionKey: state.sessionKey, calls: state.calls)
  }

  /// The trace goes, with everything that it gave to other rows.
  mutating func remove(_ state: TraceState) {
    if changes[state.traceID] == nil { order.append(state.traceID) }
    changes[state.traceID] = Change(state: state, new: nil, sessionKey: nil, calls: [])
  }

  func removes(_ state: TraceState) -> Bool { changes[state.traceID].map { $0.new == nil } ?? false }

  /// The state of the trace with row `key`: one of these, else what `load` finds.
  func state(withKey key: Int64, load: (Int64) throws -> TraceState?) rethrows -> TraceState? {
    if let change = changes.values.first(where: { $0.state.key == key }) { return change.state }
    return try load(key)
  }
}
