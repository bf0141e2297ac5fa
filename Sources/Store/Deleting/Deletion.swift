package import Telemetry

/// What is deleted, with everything that was sent of it.
package enum DeletionTarget: Sendable, Hashable {
  case session(SessionID)
  case trace(TraceID)
  /// Every trace whose user it is; without a project in every project.
  case user(UserID, ProjectName?)
  case project(ProjectName)
  /// Sessions, and traces without a session, that ended before this time.
  case before(UnixNanoseconds)
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

  /// Deletes whole sessions, and traces without a session, that ended before `time`.
  package func delete(before time: UnixNanoseconds) async throws(StoreError) -> DeletionReceipt {
    try await delete(.before(time)) ?? DeletionReceipt()
  }

  /// Deletes the target from every answer, and begins to purge its bytes from the file. Returns when no answer shows
  /// anything of it. Up to `Deletion.atOnceMax` traces vanish in one transaction; more of them go session by session,
  /// between the commits of requests, and a deletion that is interrupted is finished when the file is opened again.
  /// What is delivered meanwhile for a trace that is being deleted goes with it; what is delivered afterwards is a new
  /// arrival. nil: there is no such thing.
  package func delete(_ target: DeletionTarget) async throws(StoreError) -> DeletionReceipt? {
    let start = try await writer.run(while: "deleting") { try $0.beginDeletion(target) }
    guard let (batch, first) = start else { return nil }
    var receipt = first
    var next = batch
    while let batch = next {
      let step = try await writer.run(while: "deleting") { try $0.continueDeletion(batch) }
      receipt = receipt + step.receipt
      if step.isLast { next = nil }
    }
    if receipt.isPurging { purger.wake() }
    return receipt
  }
}

enum Deletion {
  /// Traces that are deleted in one transaction.
  static let atOnceMax: Int64 = 512
  /// Set from a deletion on until its bytes have left the write-ahead log.
  static let purgingName = "purging"
}
