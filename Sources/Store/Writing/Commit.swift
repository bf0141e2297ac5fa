import Conversations
import OTLP
import SQLite
import Telemetry

/// One group commit: several requests become rows in one transaction, or none of them does.
///
///     requests → states of the touched traces (read back or cached) → new spans merged in by the winner rule
///     → blocks → summaries → calls counted once → rows of traces, sessions, users, projects → COMMIT
///
/// Confined to the writer's queue.
final class Committer {
  let database: Database
  let payload: PayloadReader
  let conventions: Conventions
  let limits: Limits
  private var packer: BlockPacker
  let blocks: BlockRows
  private var keys: Keys
  var cache: TraceCache
  /// False until the first log record is stored: then a new trace needs no look-up for records that came before it.
  private var hasLogs: Bool
  let sessions: SessionRows
  private let sessionIDs = SessionIDs()
  let users: UserRows
  let projects: ProjectRows
  /// nil: messages are not indexed.
  var search: SearchIndex?
  let log: ChangeLog
  let feed = ChangeFeed()

  init(_ database: Database, conventions: Conventions, limits: Limits, searches: Bool) throws {
    self.database = database
    self.conventions = conventions
    self.limits = limits
    payload = try PayloadReader(database, limits: limits)
    packer = BlockPacker(conventions, limits: limits)
    blocks = try BlockRows(database, limits: limits)
    keys = try Keys(database)
    cache = TraceCache(bytesMax: limits.traceCacheBytesMax)
    hasLogs = try database.connection.integer("SELECT EXISTS (SELECT 1 FROM trace_log)") == 1
    sessions = SessionRows(database, ids: sessionIDs)
    users = UserRows(database)
    projects = ProjectRows(database)
    log = ChangeLog(database, limits: limits)
    try beginSearch(isWanted: searches)
  }

  /// Commits the requests together. On an error nothing of them is stored, and nothing is remembered.
  func commit(_ requests: [PreparedRequest]) throws -> [IngestReceipt] {
    let receipts = try transaction { try store(requests) }
    cache.trim()
    return receipts
  }

  /// Runs `work` as one transaction. On an error nothing of it is stored, and what was remembered of rows is forgotten.
  func transaction<Value>(_ work: () throws -> Value) throws -> Value {
    try database.connection.execute("BEGIN IMMEDIATE")
    do {
      let value = try work()
      try search?.finish()
      let isNews = try log.write()
      try database.connection.execute("COMMIT")
      feed.wrote()
      if isNews { feed.announce() }
      return value
    } catch {
      try? database.connection.execute("ROLLBACK")
      log.forget()
      forgetEverything()
      throw error
    }
  }

  func forgetEverything() {
    cache.removeAll()
    payload.forgetBlocks()
    blocks.forgetEverything()
    sessions.forgetEverything()
    users.forgetEverything()
    projects.forgetEverything()
    search?.forgetEverything()
  }

  private func store(_ requests: [PreparedRequest]) throws -> [IngestReceipt] {
    var arrivals = Arrivals(requests)
    for (number, request) in requests.enumerated() {
      for index in request.telemetry.spans.indices {
        try merge(Arrival(request: number, index: index), into: &arrivals)
      }
      for index in request.logs {
        try merge(log: Arrival(request: number, index: index), into: &arrivals)
      }
    }
    if let search {
      for request in requests { search.arrived.merge(request.messages) { first, _ in first } }
    }
    try storeBlocks(of: &arrivals)
    try readFactsWithLogs(of: arrivals)
    try resolve(arrivals.touched)
    noteChanges(of: arrivals)
    try count(arrivals)
    for state in arrivals.touched { cache.keep(state) }
    return arrivals.receipts
  }

  // MARK: Spans and log records → states

  private func merge(_ arrival: Arrival, into arrivals: inout Arrivals) throws {
    let request = arrivals.requests[arrival.request]
    let ref = request.telemetry.spans[arrival.index]
    let state = try state(of: ref.traceID, in: &arrivals)
    guard let position = state.position(of: ref.spanID) else {
      state.append(request.facts[arrival.index], at: .arriving(arrival))
      if search != nil { state.take(arrivedMessages: request.digests[arrival.index]) }
      arrivals.accept(span: arrival, in: state)
      return
    }
    switch try verdict(on: arrival, against: position, of: state, in: arrivals) {
    case .same: arrivals.repeated(arrival)
    case .first: arrivals.superseded(arrival)
    case .second:
      if case .arriving(let previous) = state.places[position] { arrivals.withdraw(span: previous) }
      state.replace(request.facts[arrival.index], at: position, place: .arriving(arrival))
      state.rereadsMessages = true
      arrivals.accept(span: arrival, in: state)
      arrivals.supersededStored += 1
    }
  }

  /// Compares the span that is there (first) with the one that arrived (second). Its bytes are read back only when end
  /// time and attribute count can't decide.
  private func verdict(
    on arrival: Arrival, against position: Int, of state: TraceState, in arrivals: Arrivals
  ) throws -> WinnerRule.Verdict {
    let request = arrivals.requests[arrival.request]
    let endTime = request.telemetry.spans[arrival.index].endTime
    let presentEnd = state.facts[position].endTime
    if presentEnd != endTime { return presentEnd > endTime ? .first : .second }
    let telemetry = request.telemetry
    switch state.places[position] {
    case .arriving(let other):
      return try arrivals.requests[other.request].telemetry.withView { first in
        try telemetry.withView { try WinnerRule.compare(first.span(other.index), $0.span(arrival.index)) }
      }
    case .stored(let location):
      let run = BlockRun(block: location.block, slots: location.slot..<location.slot + 1)
      let stored = try payload.material(of: [run])
      guard !stored.telemetry.spans.isEmpty else { return .second }
      return try stored.telemetry.withView { first in
        try telemetry.withView { try WinnerRule.compare(first.span(0), $0.span(arrival.index)) }
      }
    }
  }

  private func merge(log arrival: Arrival, into arrivals: inout Arrivals) throws {
    let telemetry = arrivals.requests[arrival.request].telemetry
    let ref = telemetry.logs[arrival.index]
    guard let traceID = ref.traceID, ref.spanID != nil else { return }
    let state = try state(of: traceID, in: &arrivals)
    let canonical = try telemetry.withView { try CanonicalEncoding.log($0.log(arrival.index)) }
    guard state.insert(log: canonical) else { return }
    arrivals.accept(log: arrival, in: state)
    hasLogs = true
  }

  private func state(of traceID: TraceID, in arrivals: inout Arrivals) throws -> TraceState {
    if let state = arrivals.state(of: traceID) { return state }
    let state = try state(of: traceID)
    arrivals.touch(state)
    return state
  }

  private func state(of traceID: TraceID) throws -> TraceState {
    if let state = cache.state(of: traceID) { return state }
    let state = TraceState(traceID: traceID)
    guard try TraceRows.load(state, from: database) else {
      if hasLogs { try load(try payload.material(ofTrace: traceID, key: nil), into: state) }
      return state
    }
    try load(try payload.material(ofTrace: traceID, key: state.key), into: state)
    return state
  }

  func load(_ material: TraceMaterial, into state: TraceState) throws {
    let telemetry = material.telemetry
    let read = try TraceFacts(telemetry, conventions: conventions)
    for index in read.logs {
      _ = state.insert(log: try telemetry.withView { try CanonicalEncoding.log($0.log(index)) })
    }
    for (index, facts) in zip(read.winners, read.facts) {
      state.append(facts, at: .stored(material.spanLocations[index]))
    }
  }

  // MARK: States → blocks

  private func storeBlocks(of arrivals: inout Arrivals) throws {
    let (items, owners) = arrivals.items(sessionIDs)
    try packer.pack(items, of: arrivals.requests, owners: owners) { block in
      let key = keys.nextBlock()
      arrivals.compressedBytes += try blocks.insert(block, key: key)
      arrivals.payloadBytes += block.bytes.count + (block.outline?.count ?? 0)
      arrivals.blockCount += 1
      try settle(block, key: key, arrivals: arrivals)
    }
  }

  /// Notes where the block's items lie, in the states and as rows: one row for each run of slots of one trace.
  private func settle(_ block: RawBlock, key: Int64, arrivals: Arrivals) throws {
    let isLog = block.holdsLogs
    var slot = 0
    while slot < block.members.count {
      guard let state = arrivals.owner(of: block.members[slot], isLog: isLog) else {
        slot += 1
        continue
      }
      var end = slot
      while end < block.members.count, arrivals.owner(of: block.members[end], isLog: isLog) === state {
        if !isLog { arrivals.settle(block.members[end], in: state, at: ItemLocation(block: key, slot: end)) }
        end += 1
      }
      let statement = try database.statement(isLog ? "insert_trace_log" : "insert_trace_block")
      if isLog {
        statement.bind(state.traceID.bytes, at: 1)
      } else {
        let traceKey = state.key ?? keys.nextTrace()
        state.key = traceKey
        statement.bind(traceKey, at: 1)
      }
      statement.bind(key, at: 2)
      statement.bind(Int64(slot), at: 3)
      statement.bind(Int64(end - slot), at: 4)
      statement.bind(arrivals.messageBytes(of: block.members[slot..<end], isLog: isLog), at: 5)
      try statement.run()
      slot = end
    }
  }

  /// Facts of spans that have log records are read from both, now that both have their place.
  private func readFactsWithLogs(of arrivals: Arrivals) throws {
    for state in arrivals.touched where !state.logs.isEmpty && !state.facts.isEmpty {
      state.rereadsMessages = true
      let material = try payload.material(ofTrace: state.traceID, key: state.key)
      for facts in try TraceFacts(material.telemetry, conventions: conventions).facts {
        guard let position = state.position(of: facts.spanID) else { continue }
        state.refresh(facts, at: position)
      }
    }
  }

  // MARK: States → rows

  func resolve(_ touched: [TraceState]) throws {
    var changes = Changes()
    for state in touched where !state.facts.isEmpty {
      try changes.resolve(state, sessionKey: sessionKey)
    }
    try apply(&changes)
  }

  /// Counts calls once, and writes what the changes change.
  func apply(_ changes: inout Changes) throws {
    let calls = CallRows(database)
    for contested in try calls.replace(changes.all) {
      let state = try changes.state(withKey: contested) { key in
        guard let traceID = try TraceRows.traceID(ofKey: key, from: database) else { return nil }
        return try self.state(of: traceID)
      }
      guard let state, !changes.removes(state) else { continue }
      state.duplicateCalls = try calls.duplicates(ofTrace: contested)
      try changes.resolve(state, sessionKey: sessionKey)
      cache.keep(state)
    }
    try write(changes.all.filter { $0.old != $0.new })
    try search?.apply(changes.all, read: messages)
  }

  private func sessionKey(_ project: ProjectName, _ name: SessionName) throws -> Int64 {
    try sessions.key(of: project, name) { keys.nextSession() }
  }

  private func write(_ changes: [Change]) throws {
    try sessions.noteTurnsBefore(changes)
    for change in changes {
      let state = change.state
      guard let new = change.new else {
        try remove(change)
        continue
      }
      let projectKey = try projects.key(of: new.project) { keys.nextProject() }
      let userKey = try new.user.map { user in
        try users.key(of: user, project: projectKey) { keys.nextUser() }
      }
      try projects.apply(change)
      try users.apply(change, newKey: userKey)
      let previousSession = state.sessionKey
      state.projectKey = projectKey
      state.userKey = userKey
      state.sessionKey = change.sessionKey
      sessions.apply(change, previousKey: previousSession)
      try TraceRows.write(new, of: state, to: database)
      state.entry = new
    }
    // Users first: a session's row takes the user of its latest trace from them.
    try users.write(try sessions.settleEnds())
    let changed = Dictionary(changes.map { ($0.state.traceID, $0.state) }) { first, _ in first }
    let (counts, written) = try sessions.write { traceID in
      let state = try changed[traceID] ?? self.state(of: traceID)
      return TraceSummary(resolving: state.facts, duplicateCalls: state.duplicateCalls)
    }
    try projects.write(sessionCounts: counts)
    for id in written { log.note(.session(id)) }
    for change in changes { log.note(.trace(change.state.traceID)) }
  }

  /// What arrived may change a trace's spans and not its row.
  private func noteChanges(of arrivals: Arrivals) {
    let quiet = arrivals.touched.filter { $0.entry != nil && !log.isNoted(.trace($0.traceID)) }
    if quiet.isEmpty { return }
    let accepted = arrivals.acceptedTraces
    for state in quiet where accepted.contains(state.traceID) {
      if let entry = state.entry, let session = entry.session {
        log.note(.session(SessionID(project: entry.project, name: session)))
      }
      log.note(.trace(state.traceID))
    }
  }

  private func count(_ arrivals: Arrivals) throws {
    for (name, value) in [
      ("repeated_spans", arrivals.repeatedCount), ("superseded_spans", arrivals.supersededCount),
      ("blocks", arrivals.blockCount), ("payload_bytes", arrivals.payloadBytes),
      ("compressed_bytes", arrivals.compressedBytes),
    ] where value > 0 {
      let statement = try database.statement("add_counter")
      statement.bind(name, at: 1)
      statement.bind(Int64(value), at: 2)
      try statement.run()
    }
  }
}
