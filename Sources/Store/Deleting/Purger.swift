import Synchronization

/// Purges in the background what was deleted, in steps between the commits of requests: blocks first, then the
/// write-ahead log, then the free pages of the file.
final class Purger: Sendable {
  private struct State {
    var isRunning = false
    var isWanted = false
    var isStopped = false
  }

  private let state = Mutex(State())
  private let writer: Writer
  private let checkpointer: Checkpointer

  /// For how long a step may hold up the commits of requests.
  private static let stepBudget = Duration.milliseconds(30)
  private static let pagesPerStep = 64
  private static let readerWaitMilliseconds: Int32 = 40

  init(_ writer: Writer, checkpointer: Checkpointer) {
    self.writer = writer
    self.checkpointer = checkpointer
  }

  /// There is something to purge.
  func wake() {
    let starts = state.withLock { state in
      state.isWanted = true
      if state.isRunning || state.isStopped { return false }
      state.isRunning = true
      return true
    }
    if starts { Task { await self.runWhileWanted() } }
  }

  func stop() { state.withLock { $0.isStopped = true } }

  /// Purges everything that is deleted by now, and returns when its bytes have left the file and its log: when the
  /// last question that was under way has ended.
  func run() async throws(StoreError) {
    repeat {
      try await purgeBlocks()
      try await purgeSearch()
      try await emptyLog()
    } while try await !writer.run(while: "purging") { try $0.endPurge() }
    while try await writer.run(while: "giving space back", { try $0.vacuum(pages: Self.pagesPerStep) }) {
      checkpointer.afterCommit()
    }
    try await emptyLog()
  }

  /// Purges the blocks alone: their bytes may still stand in the log, and their pages are free.
  func purgeBlocks() async throws(StoreError) {
    while try await writer.run(while: "purging", { try $0.purgeBlocks(for: Self.stepBudget) }) {
      checkpointer.afterCommit()
    }
  }

  /// Purges the words of messages that are gone, and, where search is off, what is left of an index.
  private func purgeSearch() async throws(StoreError) {
    while try await writer.run(while: "purging", { try $0.purgeSearch(for: Self.stepBudget) }) {
      checkpointer.afterCommit()
    }
  }

  private func emptyLog() async throws(StoreError) {
    var attempt = 0
    while true {
      // Most of the log is copied off the write path; then little is left to copy while commits wait.
      await checkpointer.copy()
      // First between two questions; where they come without a pause, the last ones are waited for now and then.
      let patience: Int32 = attempt % 5 == 4 ? Self.readerWaitMilliseconds : 0
      if try await writer.run(while: "emptying the log", { try $0.truncateLog(waiting: patience) }) { return }
      if state.withLock({ $0.isStopped }) { throw StoreError.unavailable("the store is closing") }
      attempt += 1
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  private func runWhileWanted() async {
    while isWanted() {
      do {
        try await run()
      } catch {
        // The disk may be full, or the store closing. What is left is noted in the file.
        state.withLock { $0.isWanted = true }
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  private func isWanted() -> Bool {
    state.withLock { state in
      let goesOn = state.isWanted && !state.isStopped
      state.isWanted = false
      state.isRunning = goesOn
      return goesOn
    }
  }
}

extension Store {
  /// Returns once the bytes of everything deleted so far have left the file and its log. It happens without asking,
  /// too, soon after a deletion.
  package func purge() async throws(StoreError) { try await purger.run() }
}
