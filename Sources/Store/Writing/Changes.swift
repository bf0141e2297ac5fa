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
  /// The states by the keys of their rows; nil until one is asked for.
  private var states: [Int64: TraceState]?

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
    put(Change(state: state, new: entry, sessionKey: key, calls: summary.calls))
  }

  /// The trace's rows stay as they are.
  mutating func keep(_ state: TraceState) {
    put(Change(state: state, new: state.entry, sessionKey: state.sessionKey, calls: state.calls))
  }

  /// The trace goes, with everything that it gave to other rows.
  mutating func remove(_ state: TraceState) {
    put(Change(state: state, new: nil, sessionKey: nil, calls: []))
  }

  func removes(_ state: TraceState) -> Bool { changes[state.traceID].map { $0.new == nil } ?? false }

  /// The state of the trace with row `key`: one of these, else what `load` finds.
  mutating func state(withKey key: Int64, load: (Int64) throws -> TraceState?) rethrows -> TraceState? {
    if states == nil {
      states = [:]
      for change in changes.values { remember(change.state) }
    }
    return try states?[key] ?? load(key)
  }

  private mutating func put(_ change: Change) {
    let traceID = change.state.traceID
    if changes.updateValue(change, forKey: traceID) == nil { order.append(traceID) }
    if states != nil { remember(change.state) }
  }

  private mutating func remember(_ state: TraceState) {
    if let key = state.key { states?[key] = state }
  }
}
