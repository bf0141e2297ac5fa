import Logging
import Store
import Synchronization

/// Makes the rows of the file anew, beside the requests, where they were made under other conventions. It stops between
/// two steps when the store is closed; the next start goes on from there.
final class Regrouping: Sendable {
  private let store: Store
  private let logger: Logger
  private let task = Mutex<Task<Void, Never>?>(nil)

  init(_ store: Store, _ logger: Logger) {
    self.store = store
    self.logger = logger
  }

  func start() {
    task.withLock { $0 = Task { await run() } }
  }

  /// Closes the store, and returns when no step runs any more.
  func closeStore() async {
    let task = task.withLock { $0 }
    task?.cancel()
    await store.close()
    await task?.value
  }

  private func run() async {
    do throws(StoreError) {
      guard try await store.needsRegrouping() else { return try await store.prepareSearch() }
      logger.notice("regrouping started: the rows were made under other conventions")
      let count = try await store.regroup()
      logger.notice("regrouping ended", metadata: ["traces": "\(count)"])
      try await store.prepareSearch()
    } catch {
      if Task.isCancelled {
        return logger.notice("regrouping stopped; the next start goes on from here")
      }
      // Every trace keeps its rows, under one table or the other.
      logger.warning(
        "regrouping stopped; the next start goes on from here",
        metadata: ["reason": "\(CommandFailure(error).message)"])
    }
  }
}
