import SQLite
import Telemetry

/// Which traces a deletion takes, in the order of an index, and how far they were noted.
struct Dooming {
  /// A query on the traces of one thing, and its key.
  struct Walk {
    var query: String
    var key: Int64
  }

  /// A place behind a trace in the order of a walk.
  struct Place {
    var time = Int64.min
    var key = Int64.min
  }

  var walks: [Walk]
  var place = Place()
  /// What no answer shows from the decision on, though its row is still there: names of counters.
  var marks: [String] = []
}

/// How a deletion begins.
enum DeletionStart {
  case missing
  case done(DeletionReceipt)
  /// More traces than one transaction takes: they are noted in steps first.
  case large(Dooming)
}

extension Committer {
  /// Deletes the target at once if its traces are few.
  func beginDeletion(_ target: DeletionTarget) throws -> DeletionStart {
    try transaction {
      if case .trace(let traceID) = target { return try deleteTrace(traceID) }
      guard var dooming = try dooming(of: target) else { return .missing }
      let batch = try nextBatch()
      let start = dooming
      guard try !doom(&dooming, batch, limit: Deletion.atOnceMax + 1).isMore else {
        try database.run("delete_doomed", batch)
        return .large(start)
      }
      if case .project(let name) = target { try forgetNotes(ofProject: name) }
      return .done(try deleteDoomed(batch, limit: .max))
    }
  }

  /// Notes more of the target's traces. No answer changes yet, and an opened file forgets it. nil: that was all.
  func doomMore(_ dooming: Dooming, _ batch: Int64) throws -> Dooming? {
    try transaction {
      var dooming = dooming
      return try doom(&dooming, batch, limit: Deletion.noteMax).isMore ? dooming : nil
    }
  }

  func nextBatch() throws -> Int64 { try (database.integer("max_batch") ?? 0) + 1 }

  /// From this commit on no answer shows what was noted, and a deletion that is interrupted is finished.
  func decideDeletion(of target: DeletionTarget, _ dooming: Dooming, _ batch: Int64) throws {
    try transaction {
      if case .project(let name) = target { try forgetNotes(ofProject: name) }
      for mark in dooming.marks { try setCounter(mark, 1) }
      try setCounter(Deletion.deletingName, batch)
    }
  }

  /// Deletes what is noted for about `budget`; with the last of it the deletion is over.
  func continueDeletion(
    _ batch: Int64, for budget: Duration
  ) throws -> (receipt: DeletionReceipt, isLast: Bool) {
    let end = ContinuousClock.now + budget
    return try transaction {
      var receipt = DeletionReceipt()
      repeat {
        let step = try deleteDoomed(batch, limit: Deletion.chunkTraces)
        receipt = receipt + step
        if try database.integer("next_doomed", batch) == nil {
          try database.run("delete_deleting")
          return (receipt, true)
        }
      } while ContinuousClock.now < end
      return (receipt, false)
    }
  }

  /// Finishes the deletion that a crash interrupted, before anything new arrives; one that was not decided never was.
  /// Returns whether there are bytes to purge.
  func resumeDeletions() throws -> Bool {
    if let batch = try counter(Deletion.deletingName) {
      while try !continueDeletion(batch, for: .seconds(1)).isLast {}
    }
    if try database.integer("max_batch") != nil { try database.connection.execute("DELETE FROM deletion") }
    return try counter(Deletion.purgingName) != nil
  }

  /// Deletes for about `budget` the next whole sessions that ended before `time`, and then the next traces without a
  /// session.
  /// - Parameter place: how far the traces were looked through; moves on.
  /// - Returns: nil when nothing is left. `large`: a session that takes a deletion of its own.
  func deleteOldest(
    before time: UnixNanoseconds, _ place: Dooming.Place, for budget: Duration
  ) throws -> (receipt: DeletionReceipt, large: SessionID?, place: Dooming.Place)? {
    let end = ContinuousClock.now + budget
    return try transaction {
      var sum: (receipt: DeletionReceipt, large: SessionID?, place: Dooming.Place)?
      repeat {
        guard let step = try deleteNextOldest(before: time, sum?.place ?? place) else { break }
        sum = ((sum?.receipt ?? DeletionReceipt()) + step.receipt, step.large, step.place)
      } while sum?.large == nil && ContinuousClock.now < end
      return sum
    }
  }

  private func deleteNextOldest(
    before time: UnixNanoseconds, _ place: Dooming.Place
  ) throws -> (receipt: DeletionReceipt, large: SessionID?, place: Dooming.Place)? {
    let batch = try nextBatch()
    var place = place
    var count: Int64 = 0
    let sessions = try database.statement("list_sessions_before")
    sessions.bind(time.stored, at: 1)
    sessions.bind(Deletion.chunkTraces, at: 2)
    var keys: [Int64] = []
    while try sessions.step() {
      if sessions.integer(2) > Deletion.atOnceMax, keys.isEmpty {
        defer { sessions.reset() }
        return (DeletionReceipt(), SessionID(bytes: sessions.bytes(1)), place)
      }
      count += sessions.integer(2)
      if count > Deletion.chunkTraces, !keys.isEmpty { break }
      keys.append(sessions.integer(0))
    }
    sessions.reset()
    if !keys.isEmpty {
      var dooming = Dooming(walks: keys.map { Dooming.Walk(query: "list_doomable_of_session", key: $0) })
      _ = try doom(&dooming, batch, limit: .max)
    } else {
      let statement = try database.statement("list_traces_before")
      statement.bind(time.stored, at: 1)
      statement.bind(place.time, at: 2)
      statement.bind(place.key, at: 3)
      statement.bind(Deletion.chunkTraces, at: 4)
      var isMore = false
      while try statement.step() {
        isMore = true
        place = Dooming.Place(time: statement.integer(2), key: statement.integer(1))
        if statement.isNull(0) { try database.run("doom_trace", batch, 0, place.key) }
      }
      if !isMore { return nil }
    }
    return (try deleteDoomed(batch, limit: .max), nil, place)
  }

  private func dooming(of target: DeletionTarget) throws -> Dooming? {
    let lookups = Lookups(database: database)
    switch target {
    case .session(let id):
      guard let key = try lookups.session(id) else { return nil }
      return Dooming(walks: [Dooming.Walk(query: "list_doomable_of_session", key: key)])
    case .user(let user, let project):
      var projectKey: Int64?
      if let project {
        guard let key = try lookups.project(project) else { return nil }
        projectKey = key
      }
      let keys = try lookups.users(user, project: projectKey)
      if keys.isEmpty { return nil }
      return Dooming(
        walks: keys.map { Dooming.Walk(query: "list_doomable_of_user", key: $0) },
        marks: keys.map { "\(Deletion.deletingName) user \($0)" })
    case .project(let name):
      guard let key = try lookups.project(name) else { return nil }
      return Dooming(
        walks: [Dooming.Walk(query: "list_doomable_of_project", key: key)],
        marks: ["\(Deletion.deletingName) project \(key)"])
    case .trace: return nil
    }
  }

  /// Notes up to `limit` traces. `isMore`: the limit ended it.
  private func doom(_ dooming: inout Dooming, _ batch: Int64, limit: Int64) throws -> (count: Int64, isMore: Bool) {
    var count: Int64 = 0
    while let walk = dooming.walks.first {
      let statement = try database.statement(named: walk.query)
      statement.bind(walk.key, at: 1)
      statement.bind(dooming.place.time, at: 2)
      statement.bind(dooming.place.key, at: 3)
      statement.bind(limit - count, at: 4)
      while try statement.step() {
        dooming.place = Dooming.Place(time: statement.integer(2), key: statement.integer(1))
        try database.run("doom_trace", batch, statement.integer(0), dooming.place.key)
        count += 1
      }
      if count >= limit { return (count, true) }
      dooming.walks.removeFirst()
      dooming.place = Dooming.Place()
    }
    return (count, false)
  }

  private func deleteTrace(_ traceID: TraceID) throws -> DeletionStart {
    let statement = try database.statement("find_doomable_trace")
    statement.bind(traceID.bytes, at: 1)
    guard try statement.step() else {
      guard try !payload.logRuns(ofTrace: traceID).isEmpty else { return .missing }
      return .done(try deleteLogsWithoutSpans(of: traceID))
    }
    let (session, key) = (statement.integer(0), statement.integer(1))
    statement.reset()
    let batch = try nextBatch()
    try database.run("doom_trace", batch, session, key)
    return .done(try deleteDoomed(batch, limit: 1))
  }
}
