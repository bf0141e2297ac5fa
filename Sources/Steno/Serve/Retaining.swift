import Logging
import Store
import Synchronization
import Telemetry

/// Deletes what the rule no longer keeps, beside the requests, as long as the server runs.
final class Retaining: Sendable {
  private let rule: RetentionRule
  private let store: Store
  private let logger: Logger
  private let now: @Sendable () -> UnixNanoseconds
  private let task = Mutex<Task<Void, Never>?>(nil)

  init(
    _ rule: RetentionRule, _ store: Store, _ logger: Logger, now: @escaping @Sendable () -> UnixNanoseconds = wallClock
  ) {
    self.rule = rule
    self.store = store
    self.logger = logger
    self.now = now
  }

  func start() {
    task.withLock { $0 = Task { await run() } }
  }

  /// A step that has begun ends with the store.
  func stop() { task.withLock { $0?.cancel() } }

  private func run() async {
    while !Task.isCancelled {
      do throws(StoreError) {
        let gone = try await store.retain(maxAge: rule.maxAge, maxBytes: rule.maxBytes, now: now())
        if gone.traces > 0 {
          logger.notice(
            "retention deleted what was too old or too much",
            metadata: ["sessions": "\(gone.sessions)", "traces": "\(gone.traces)", "spans": "\(gone.spans)"])
        }
      } catch {
        if Task.isCancelled { return }
        logger.warning("retention stopped; it goes on soon", metadata: ["reason": "\(CommandFailure(error).message)"])
      }
      try? await Task.sleep(for: rule.interval)
    }
  }
}
