import Conversations
import SQLite
import Telemetry

/// The rows of what is deleted. They follow by the same differences as at a commit, so that what is left is what would
/// be there if the deleted traces had never been sent.
extension Committer {
  /// Deletes up to `limit` of the traces that are noted.
  func deleteDoomed(_ batch: Int64, limit: Int64) throws -> DeletionReceipt {
    var doomed: [(session: Int64, key: Int64, traceID: TraceID?)] = []
    let statement = try database.statement("list_doomed")
    statement.bind(batch, at: 1)
    statement.bind(limit, at: 2)
    while try statement.step() {
      doomed.append((statement.integer(0), statement.integer(1), TraceID(bytes: statement.bytes(2))))
    }
    var changes = Changes()
    var receipt = DeletionReceipt()
    for trace in doomed {
      try database.run("settle_doomed", batch, trace.session, trace.key)
      // Without a row it went with another deletion.
      guard let traceID = trace.traceID else { continue }
      let state = try stateWithoutPayload(of: traceID)
      receipt.traces += 1
      receipt.spans += state.entry?.spanCount ?? 0
      receipt.bytes += try deleteLocators(of: state)
      changes.remove(state)
    }
    let names = Set(changes.all.compactMap { change in change.old.flatMap(SessionKey.init) })
    try apply(&changes)
    for name in names where try Lookups(database: database).session(name.id) == nil {
      receipt.sessions += 1
      try forgetNote(of: name)
    }
    if receipt.traces > 0 { receipt.isPurging = try noteThatBytesAreLeft() }
    return receipt
  }

  private struct SessionKey: Hashable {
    var project: ProjectName
    var session: SessionName

    init?(_ entry: TraceEntry) {
      guard let session = entry.session else { return nil }
      project = entry.project
      self.session = session
    }

    var id: SessionID { SessionID(project: project, name: session) }
  }

  /// What rows need of a trace that goes: its entry and its calls, not its spans.
  private func stateWithoutPayload(of traceID: TraceID) throws -> TraceState {
    if let state = cache.state(of: traceID), state.key != nil { return state }
    let state = TraceState(traceID: traceID)
    _ = try TraceRows.load(state, from: database)
    return state
  }

  // MARK: Rows

  /// Moves the trace's slots from where readers look to where the purge does. Returns the bytes of their messages.
  private func deleteLocators(of state: TraceState) throws -> Int64 {
    var bytes = try deleteLogLocators(of: state.traceID)
    if let key = state.key {
      bytes += try database.integer("sum_trace_blocks", key) ?? 0
      try database.run("purge_trace_blocks", key)
      try database.run("delete_trace_blocks", key)
    }
    return bytes
  }

  private func deleteLogLocators(of traceID: TraceID) throws -> Int64 {
    let sum = try database.statement("sum_trace_logs")
    sum.bind(traceID.bytes, at: 1)
    guard try sum.step() else { return 0 }
    let bytes = sum.integer(0)
    sum.reset()
    if bytes == 0 { return 0 }
    for name in ["purge_trace_logs", "delete_trace_logs"] {
      let statement = try database.statement(named: name)
      statement.bind(traceID.bytes, at: 1)
      try statement.run()
    }
    return bytes
  }

  /// Log records whose spans never came have no row.
  func deleteLogsWithoutSpans(of traceID: TraceID) throws -> DeletionReceipt {
    var receipt = DeletionReceipt()
    receipt.bytes = try deleteLogLocators(of: traceID)
    receipt.isPurging = try noteThatBytesAreLeft()
    cache.forget(traceID)
    return receipt
  }

  /// The trace's row goes, and its share in the rows of its session, user and project.
  func remove(_ change: Change) throws {
    let state = change.state
    try projects.apply(change)
    try users.apply(change, newKey: nil)
    sessions.apply(change, previousKey: state.sessionKey)
    if let key = state.key { try database.run("delete_trace", key) }
    cache.forget(state.traceID)
  }

  /// A session that is deleted takes along what a person said about it; one that only moves does not.
  private func forgetNote(of name: SessionKey) throws {
    let statement = try database.statement("delete_session_note")
    statement.bind(name.project.text, at: 1)
    statement.bind(name.session.text, at: 2)
    try statement.run()
  }

  func forgetNotes(ofProject name: ProjectName) throws {
    let statement = try database.statement("delete_project_notes")
    statement.bind(name.text, at: 1)
    try statement.run()
  }

  private func noteThatBytesAreLeft() throws -> Bool {
    try setCounter(Deletion.purgingName, 1)
    return true
  }
}

extension Database {
  /// Runs the statement with these integers as its parameters.
  func run(_ name: String, _ parameters: Int64...) throws {
    let statement = try statement(named: name)
    for (index, parameter) in parameters.enumerated() { statement.bind(parameter, at: Int32(index) + 1) }
    try statement.run()
  }

  /// The first column of the statement's first row.
  func integer(_ name: String, _ parameters: Int64...) throws -> Int64? {
    let statement = try statement(named: name)
    for (index, parameter) in parameters.enumerated() { statement.bind(parameter, at: Int32(index) + 1) }
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    return statement.optionalInteger(0)
  }
}
