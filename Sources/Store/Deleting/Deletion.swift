package import Telemetry

/// What is deleted, with everything that was sent of it.
package enum DeletionTarget: Sendable, Hashable {
  case session(SessionID)
  case trace(TraceID)
  /// Every trace whose user it is; without a project in every project.
  case user(UserID, ProjectName?)
  case project(ProjectName)
}

/// What a deletion took away.
package struct DeletionReceipt: Sendable, Equatable {
  /// Sessions that are gone whole.
  package var sessions: Int64 = 0
  package var traces: Int64 = 0
  package var spans: Int64 = 0
  /// Of the spans and log records as they were sent, before compression.
  package var bytes: Int64 = 0
  /// Whether their bytes are still to be purged from the file.
  package var isPurging = false

  package init() {}

  static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.sessions += b.sessions
    sum.traces += b.traces
    sum.spans += b.spans
    sum.bytes += b.bytes
    sum.isPurging = a.isPurging || b.isPurging
    return sum
  }
}

extension Store {
  /// Deletes the session: its traces, and what a person said about it. nil: there is no such session.
  package func delete(session: SessionID) async throws(StoreError) -> DeletionReceipt? {
    try await delete(.session(session))
  }

  /// Deletes the trace; with the last one of a session the session goes too. nil: there is no such trace.
  package func delete(trace: TraceID) async throws(StoreError) -> DeletionReceipt? {
    try await delete(.trace(trace))
  }

  /// Deletes every trace whose user it is, in one project or in all. nil: there is no such user.
  package func delete(user: UserID, project: ProjectName?) async throws(StoreError) -> DeletionReceipt? {
    try await delete(.user(user, project))
  }

  /// Deletes the project with everything in it. nil: there is no such project.
  package func delete(project: ProjectName) async throws(StoreError) -> DeletionReceipt? {
    try await delete(.project(project))
  }

  /// Deletes whole sessions, and traces without a session, that ended before `time`: session by session, the earliest
  /// ended first, between the commits of requests.
  package func delete(before time: UnixNanoseconds) async throws(StoreError) -> DeletionReceipt {
    var receipt = DeletionReceipt()
    var place = Dooming.Place()
    while true {
      let from = place
      let step = try await writer.run(while: "deleting") {
        try $0.deleteOldest(before: time, from, for: Deletion.stepBudget)
      }
      guard let step else { break }
      receipt = receipt + step.receipt
      place = step.place
      if let large = step.large, let gone = try await delete(.session(large)) { receipt = receipt + gone }
    }
    if receipt.isPurging { purger.wake() }
    return receipt
  }

  /// Deletes the target from every answer at once, and begins to purge its bytes from the file. Returns when its rows
  /// are gone. Up to `Deletion.atOnceMax` traces go in one transaction. Of more, all are noted first; one commit then
  /// decides, from which on no answer shows them, and their rows go in steps between the commits of requests: `Veil`.
  /// A deletion that is interrupted behind the decision is finished when the file is opened again, one before it has
  /// changed nothing. What arrives between them for a trace that goes goes with it; what is delivered when this has
  /// returned is a new arrival. nil: there is no such thing.
  package func delete(_ target: DeletionTarget) async throws(StoreError) -> DeletionReceipt? {
    let start = try await writer.run(while: "deleting") { try $0.beginDeletion(target) }
    switch start {
    case .missing: return nil
    case .done(let receipt):
      if receipt.isPurging { purger.wake() }
      return receipt
    case .large(let dooming):
      await deletionTurn.take()
      defer { deletionTurn.giveBack() }
      let receipt = try await deleteLarge(target, dooming)
      purger.wake()
      return receipt
    }
  }

  private func deleteLarge(_ target: DeletionTarget, _ dooming: Dooming) async throws(StoreError) -> DeletionReceipt {
    let batch = try await writer.run(while: "deleting") { try $0.nextBatch() }
    var rest: Dooming? = dooming
    while let more = rest { rest = try await writer.run(while: "deleting") { try $0.doomMore(more, batch) } }
    try await writer.run(while: "deleting") { try $0.decideDeletion(of: target, dooming, batch) }
    var receipt = DeletionReceipt()
    while true {
      let step = try await writer.run(while: "deleting") {
        try $0.continueDeletion(batch, for: Deletion.stepBudget)
      }
      receipt = receipt + step.receipt
      if step.isLast { return receipt }
    }
  }
}

enum Deletion {
  /// Traces that are deleted in one transaction.
  static let atOnceMax: Int64 = 256
  /// Traces that are noted in one transaction.
  static let noteMax: Int64 = 4_096
  /// Traces whose rows go together, between two looks at the clock; a session that ends of age goes whole.
  static let chunkTraces: Int64 = 32
  /// For how long a step of a larger deletion may hold up the commits of requests.
  static let stepBudget = Duration.milliseconds(20)
  /// Set from a deletion on until its bytes have left the write-ahead log.
  static let purgingName = "purging"
  /// The batch of a larger deletion that is decided. Names of what goes whole begin with it, too.
  static let deletingName = "deleting"
}
