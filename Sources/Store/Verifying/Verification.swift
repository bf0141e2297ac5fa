import Conversations
import OTLP
import SQLite
import Telemetry

extension Store {
  /// Recomputes every derived row from the stored spans and reports what differs; with `repair` writes the rows anew.
  /// Commits wait meanwhile: it is meant for a store that serves no one.
  package func verify(repair: Bool) async throws(StoreError) -> VerificationReport {
    try await writer.run(while: "verifying") { committer in
      let report = try Verification(committer).run()
      if repair && !report.drifts.isEmpty { try committer.rebuild() }
      return report
    }
  }
}

/// One pass over a store. Holds one session's traces at a time.
struct Verification {
  private let database: Database
  private let payload: PayloadReader
  private let conventions: Conventions
  /// nil: there is no text index to check.
  private var search: SearchVerification?
  private var report = VerificationReport()
  private var projects: [ProjectName: (sessions: Int64, traces: Int64, spans: Int64, times: TimeSpan)] = [:]
  private var users: [User: (sessions: Set<Int64>, traces: Int64, times: TimeSpan, usage: UsageTally)] = [:]

  private struct User: Hashable {
    let project: ProjectName
    let id: UserID
  }

  init(_ committer: Committer) {
    self.init(committer.database, committer.payload, committer.conventions)
  }

  init(_ database: Database, _ payload: PayloadReader, _ conventions: Conventions) {
    self.database = database
    self.payload = payload
    self.conventions = conventions
  }

  /// The check of the pages alone, which asks nothing of the rows.
  consuming func runOnPagesAlone() throws -> VerificationReport {
    try checkPages()
    return report
  }

  private mutating func checkPages() throws {
    let check = try database.connection.prepare("PRAGMA quick_check(10)")
    while try check.step() {
      if check.text(0) != "ok" { report.damage.append(check.text(0)) }
    }
  }

  consuming func run() throws -> VerificationReport {
    try checkPages()
    // Damage first: what is read from a damaged file says nothing about the rows.
    if !report.damage.isEmpty { return report }
    try checkOutlines()
    if !report.damage.isEmpty { return report }
    search = try SearchVerification(database)
    try checkSessions()
    try checkTracesWithoutSession()
    try checkUsers()
    try checkProjects()
    try search?.finish(&report)
    return report
  }

  /// What stands in outlines is read with every trace; here, that each has its block and what it hangs on.
  private mutating func checkOutlines() throws {
    let statement = try database.statement("list_stray_outlines")
    while try statement.step() { report.damage.append("the outline of block \(statement.integer(0)) hangs on nothing") }
  }

  // MARK: Sessions and their traces

  private mutating func checkSessions() throws {
    var after: Int64 = 0
    while true {
      let statement = try database.statement("next_session")
      statement.bind(after, at: 1)
      guard try statement.step() else { return }
      let key = statement.integer(0)
      let row = try SessionColumns.row(statement)
      statement.reset()
      let entries = try checkTraces(ofSession: key)
      check(row, against: SessionSummary.fold(entries))
      report.sessions += 1
      projects[row.project, default: (0, 0, 0, TimeSpan())].sessions += 1
      after = key
    }
  }

  private mutating func checkTracesWithoutSession() throws {
    var after: Int64 = 0
    while true {
      let statement = try database.statement("list_traces_without_session")
      statement.bind(after, at: 1)
      let found = try read(statement)
      guard let last = found.last else { return }
      _ = try check(found, session: nil)
      after = last.key
    }
  }

  /// Checks each trace of a session and returns what its spans say.
  private mutating func checkTraces(ofSession session: Int64) throws -> [(TraceID, TraceSummary)] {
    let statement = try database.statement("list_traces_of_session")
    statement.bind(session, at: 1)
    return try check(read(statement), session: session)
  }

  private func read(_ statement: Statement) throws -> [FoundTrace] {
    var found: [FoundTrace] = []
    while try statement.step() { found.append(try FoundTrace(statement)) }
    return found
  }

  private mutating func check(_ found: [FoundTrace], session: Int64?) throws -> [(TraceID, TraceSummary)] {
    var facts: [(FoundTrace, [SpanFacts])] = []
    var said: [SearchVerification.Said] = []
    var messages: [UInt64: SaidMessage] = [:]
    for trace in found {
      let material = try payload.material(ofTrace: trace.entry.traceID, key: trace.key)
      let collector = search == nil ? nil : MessageCollector(bytesMax: payload.limits.searchedMessageBytesMax)
      facts.append((trace, try TraceFacts(material.telemetry, conventions: conventions, collector: collector).facts))
      if let collector {
        said.append(
          SearchVerification.Said(
            key: trace.key, traceID: trace.entry.traceID, start: trace.entry.startTime.stored,
            digests: Set(collector.messages.keys)))
        messages.merge(collector.messages) { first, _ in first }
      }
    }
    try checkMessages(said, messages, session)
    let calls = facts.compactMap { trace, facts in
      TraceSummary(resolving: facts, duplicateCalls: []).map { (trace.entry.traceID, $0.calls) }
    }
    let duplicates = session == nil ? [:] : SessionSummary.duplicateCalls(in: calls)
    var summaries: [(TraceID, TraceSummary)] = []
    for (trace, facts) in facts {
      let traceID = trace.entry.traceID
      report.traces += 1
      guard let summary = TraceSummary(resolving: facts, duplicateCalls: duplicates[traceID] ?? []) else {
        report.note("trace", traceID.hex, "has no spans")
        continue
      }
      summaries.append((traceID, summary))
      check(trace, against: TraceEntry(traceID, summary), session: session)
    }
    return summaries
  }

  /// The traces are all of the session's, or have none.
  private mutating func checkMessages(
    _ said: [SearchVerification.Said], _ messages: [UInt64: SaidMessage], _ session: Int64?
  ) throws {
    if let session {
      try search?.check(session, said, messages, &report)
    } else {
      for trace in said { try search?.check(-trace.key, [trace], messages, &report) }
    }
  }

  private mutating func check(_ trace: FoundTrace, against expected: TraceEntry, session: Int64?) {
    let entry = trace.entry
    let id = entry.traceID.hex
    if let field = entry.firstDifference(from: expected) { report.note("trace", id, field) }
    projects[expected.project, default: (0, 0, 0, TimeSpan())].traces += 1
    projects[expected.project]?.spans += expected.spanCount
    projects[expected.project]?.times.add(expected)
    if let user = expected.user {
      let key = User(project: expected.project, id: user)
      users[key, default: ([], 0, TimeSpan(), UsageTally())].traces += 1
      if let session { users[key]?.sessions.insert(session) }
      users[key]?.times.add(expected)
      users[key]?.usage.add(expected.tokens, cost: expected.cost)
    }
  }

  private mutating func check(_ row: SessionRow, against expected: SessionSummary?) {
    guard let expected else { return report.note("session", row.id.uuid, "has no traces") }
    let fields: [(String, Bool)] = [
      ("trace_count", row.traceCount == expected.traceCount), ("turn_count", row.turnCount == expected.turnCount),
      ("span_count", row.spanCount == expected.spanCount), ("error_count", row.errorCount == expected.errorCount),
      ("start_time", row.startTime == expected.startTime), ("end_time", row.endTime == expected.endTime),
      ("first_message", sameUTF8(row.firstMessage, expected.firstMessage?.text)),
      ("last_message", sameUTF8(row.lastMessage, expected.lastMessage?.text)),
      ("first_reply", sameUTF8(row.firstReply, expected.firstReply?.text)),
      ("last_reply", sameUTF8(row.lastReply, expected.lastReply?.text)),
      ("user_id", row.userID == expected.userID), ("user_ids", row.userIDs == expected.userIDs),
      ("tokens", row.tokens == expected.tokens), ("cost_usd", row.cost == expected.cost),
      ("status", row.status == RowStatus(expected.status)), ("models", sameUTF8(row.models, expected.models)),
      ("tags", sameUTF8(row.tags, expected.tags)), ("services", sameUTF8(row.services, expected.services)),
      ("warnings", Set(row.warnings) == Set(expected.warnings)),
    ]
    for (field, isRight) in fields where !isRight { return report.note("session", row.id.uuid, field) }
  }

  // MARK: Users and projects

  private mutating func checkUsers() throws {
    let strays = try database.statement("list_stray_user_sessions")
    while try strays.step() { report.note("session", "\(strays.integer(0))", "its end with its users") }
    let statement = try database.statement("list_all_users")
    while try statement.step() {
      let key = User(project: ProjectName(statement.text(0)), id: UserID(statement.text(1)))
      report.users += 1
      guard let expected = users.removeValue(forKey: key) else {
        report.note("user", key.id.text, "has no traces")
        continue
      }
      let fields: [(String, Bool)] = [
        ("session_count", statement.integer(2) == Int64(expected.sessions.count)),
        ("trace_count", statement.integer(3) == expected.traces),
        ("first_seen", statement.integer(4) == expected.times.first.stored),
        ("last_seen", statement.integer(5) == expected.times.last.stored),
        ("tokens", statement.optionalInteger(6) == expected.usage.total.known),
        ("cost_usd", statement.optionalInteger(7) == expected.usage.cost.known),
      ]
      if let wrong = fields.first(where: { !$0.1 }) { report.note("user", key.id.text, wrong.0) }
    }
    for key in users.keys { report.note("user", key.id.text, "has no row") }
  }

  private mutating func checkProjects() throws {
    let statement = try database.statement("list_all_projects")
    while try statement.step() {
      let name = ProjectName(statement.text(0))
      report.projects += 1
      guard let expected = projects.removeValue(forKey: name) else {
        report.note("project", name.text, "has no traces")
        continue
      }
      let fields: [(String, Bool)] = [
        ("session_count", statement.integer(1) == expected.sessions),
        ("trace_count", statement.integer(2) == expected.traces),
        ("span_count", statement.integer(3) == expected.spans),
        ("first_seen", statement.integer(4) == expected.times.first.stored),
        ("last_seen", statement.integer(5) == expected.times.last.stored),
      ]
      if let wrong = fields.first(where: { !$0.1 }) { report.note("project", name.text, wrong.0) }
    }
    for name in projects.keys { report.note("project", name.text, "has no row") }
  }
}
