import Conversations
import SQLite
import Telemetry

extension Store {
  /// Replays the stored spans under the conventions in force, in small transactions between the commits of requests.
  /// Goes on where an earlier run under the same conventions was stopped. `progress` is told how many of how many traces
  /// are done. Returns the number of traces replayed.
  @discardableResult
  package func regroup(
    progress: @Sendable (_ done: Int64, _ all: Int64) -> Void = { _, _ in }
  ) async throws(StoreError) -> Int64 {
    let fingerprint = configuration.conventions.fingerprint
    var position = try await writer.run(while: "regrouping") { try $0.beginRegrouping(fingerprint) }
    var done: Int64 = 0
    while let start = position {
      let step = try await writer.run(while: "regrouping") { try $0.regroup(after: start, limit: 64) }
      done += step.count
      position = step.next
      progress(step.next ?? step.last, step.last)
    }
    return done
  }

  /// Whether the rows were made under other conventions than those in force.
  package func needsRegrouping() async throws(StoreError) -> Bool {
    let fingerprint = configuration.conventions.fingerprint
    return try await writer.run(while: "reading the conventions' fingerprint") {
      try $0.needsRegrouping(fingerprint)
    }
  }
}

extension Committer {
  private static let conventionsName = "conventions_fingerprint"
  private static let positionName = "regrouped_to"

  func needsRegrouping(_ fingerprint: UInt64) throws -> Bool {
    try !Self.areRowsMade(under: fingerprint, database)
  }

  static func areRowsMade(under fingerprint: UInt64, _ database: Database) throws -> Bool {
    try database.counter(conventionsName) == Int64(bitPattern: fingerprint) && database.counter(positionName) == nil
  }

  /// An empty file's rows will be made under the conventions in force.
  func noteConventionsOfEmptyFile() throws {
    let fingerprint = conventions.fingerprint
    guard try needsRegrouping(fingerprint),
      try database.connection.integer("SELECT EXISTS (SELECT 1 FROM trace)") == 0
    else { return }
    try setCounter(Self.conventionsName, Int64(bitPattern: fingerprint))
  }

  /// The key of the trace to go on behind.
  func beginRegrouping(_ fingerprint: UInt64) throws -> Int64? {
    let stored = try counter(Self.conventionsName)
    if stored == Int64(bitPattern: fingerprint), let position = try counter(Self.positionName) { return position }
    try setCounter(Self.positionName, 0)
    try setCounter(Self.conventionsName, Int64(bitPattern: fingerprint))
    return 0
  }

  /// Replays up to `limit` traces behind the key. `next` is nil when none is left.
  func regroup(after key: Int64, limit: Int64) throws -> (count: Int64, next: Int64?, last: Int64) {
    let last = try database.connection.integer("SELECT max(trace_key) FROM trace") ?? 0
    return try transaction {
      let traces = try traceIDs(after: key, limit: limit)
      guard let end = traces.last else {
        try database.connection.execute("DELETE FROM counter WHERE name = '\(Self.positionName)'")
        return (0, nil, last)
      }
      // Facts that were read under other conventions are of no use.
      forgetEverything()
      try resolve(traces.map { try replayed($0.id) })
      try setCounter(Self.positionName, end.key)
      return (Int64(traces.count), end.key, last)
    }
  }

  private func replayed(_ traceID: TraceID) throws -> TraceState {
    let state = TraceState(traceID: traceID)
    guard try TraceRows.load(state, from: database) else { return state }
    state.rereadsMessages = true
    try load(try payload.material(ofTrace: traceID, key: state.key), into: state)
    return state
  }

  func counter(_ name: String) throws -> Int64? { try database.counter(name) }

  func setCounter(_ name: String, _ value: Int64) throws {
    let statement = try database.statement("set_counter")
    statement.bind(name, at: 1)
    statement.bind(value, at: 2)
    try statement.run()
  }
}

extension Database {
  func counter(_ name: String) throws -> Int64? {
    let statement = try statement("find_counter")
    statement.bind(name, at: 1)
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    return statement.integer(0)
  }
}
