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
  private let committer: Committer
  private let checkpointer: Checkpointer
  private let limits: Limits

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

  /// Runs `work` between two commits.
  func run<Value: Sendable>(
    while operation: String, _ work: @escaping @Sendable (Committer) throws -> Value
  ) async throws(StoreError) -> Value {
    let result: Result<Value, StoreError> = await withCheckedContinuation { answer in
      queue.async {
        do {
          answer.resume(returning: .success(try work(self.committer)))
        } catch {
          answer.resume(returning: .failure(StoreError(error, while: operation)))
        }
      }
    }
    return try result.get()
  }

  /// Refuses what comes from now on, finishes what was accepted.
  func close() async {
    pending.withLock { $0.isClosed = true }
    await withCheckedContinuation { done in
      queue.async { done.resume() }
    }
  }

  private func accept(_ waiting: Waiting) -> StoreError? {
    let limit = limits.ingestQueueBytesMax
    return pending.withLock { pending in
      if pending.isClosed { return .unavailable("the store is closing; send again in a moment") }
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
        let receipts = try committer.commit(group.map(\.request))
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
