import Conversations
import Dispatch
import OTLP
import SQLite
import Synchronization
import Telemetry

/// The one writer: takes requests as they come, and commits all that wait together, so that many small requests share
/// one sync of the disk. An answer is given only after the commit.
///
/// `@unchecked Sendable` holds: the committer is touched on `queue` alone, everything else is behind `pending`.
final class Writer: @unchecked Sendable {
  private struct Waiting {
    var request: PreparedRequest
    var answer: CheckedContinuation<Result<IngestReceipt, StoreError>, Never>
  }

  private struct Pending {
    var requests: [Waiting] = []
    var bytes = 0
    var isDraining = false
    var isClosed = false
  }

  private let queue = DispatchQueue(label: "steno.writer")
  private let pending = Mutex(Pending())
  /// nil once closed: with it go the write connection and its statements.
  private var committer: Committer?
  private let checkpointer: Checkpointer
  private let limits: Limits
  let commits = LatencyHistogram()

  init(_ committer: Committer, checkpointer: Checkpointer, limits: Limits) {
    self.committer = committer
    self.checkpointer = checkpointer
    self.limits = limits
  }

  /// Returns once the request is on disk.
  func commit(_ request: PreparedRequest) async throws(StoreError) -> IngestReceipt {
    let result = await withCheckedContinuation { answer in
      if let refusal = accept(Waiting(request: request, answer: answer)) { answer.resume(returning: .failure(refusal)) }
    }
    return try result.get()
  }

  /// What waits for its commit.
  var queued: (requests: Int, bytes: Int) { pending.withLock { ($0.requests.count, $0.bytes) } }

  /// Runs `work` between two commits.
  func run<Value: Sendable>(
    while operation: String, _ work: @escaping @Sendable (Committer) throws -> Value
  ) async throws(StoreError) -> Value {
    let result: Result<Value, StoreError> = await withCheckedContinuation { answer in
      queue.async {
        do {
          guard let committer = self.committer else { throw Self.isClosed }
          let result = Result { try work(committer) }
          committer.feed.wrote()
          answer.resume(returning: .success(try result.get()))
        } catch {
          answer.resume(returning: .failure(StoreError(error, while: operation)))
        }
      }
    }
    return try result.get()
  }

  /// Refuses what comes from now on, and finishes what was accepted.
  func finish() async {
    pending.withLock { $0.isClosed = true }
    await withCheckedContinuation { done in
      queue.async { done.resume() }
    }
  }

  /// Moves what is left of the log into the database and closes the connection.
  func close() async {
    await withCheckedContinuation { done in
      queue.async {
        try? self.committer?.database.connection.execute("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)")
        self.committer = nil
        done.resume()
      }
    }
  }

  private static let isClosed = StoreError.unavailable("the store is closing; send again in a moment")

  private func accept(_ waiting: Waiting) -> StoreError? {
    let limit = limits.ingestQueueBytesMax
    return pending.withLock { pending in
      if pending.isClosed { return Self.isClosed }
      if pending.bytes > 0 && pending.bytes + waiting.request.bytes > limit {
        return .overloaded("more than \(limit) bytes wait for their commit; send again in a moment")
      }
      pending.requests.append(waiting)
      pending.bytes += waiting.request.bytes
      if !pending.isDraining {
        pending.isDraining = true
        queue.async { self.drain() }
      }
      return nil
    }
  }

  /// Commits group after group until nothing waits.
  private func drain() {
    while let group = nextGroup() {
      do {
        guard let committer else { throw Self.isClosed }
        let begun = ContinuousClock.now
        let receipts = try committer.commit(group.map(\.request))
        commits.record(ContinuousClock.now - begun)
        for (waiting, receipt) in zip(group, receipts) { waiting.answer.resume(returning: .success(receipt)) }
      } catch {
        let refusal = StoreError(error, while: "storing a request")
        for waiting in group { waiting.answer.resume(returning: .failure(refusal)) }
      }
      checkpointer.afterCommit()
    }
  }

  private func nextGroup() -> [Waiting]? {
    pending.withLock { pending in
      if pending.requests.isEmpty {
        pending.isDraining = false
        return nil
      }
      var count = 0
      var bytes = 0
      for waiting in pending.requests {
        if count > 0 && bytes + waiting.request.bytes > limits.commitBytesMax { break }
        count += 1
        bytes += waiting.request.bytes
      }
      let group = Array(pending.requests.prefix(count))
      pending.requests.removeFirst(count)
      pending.bytes -= bytes
      return group
    }
  }
}
