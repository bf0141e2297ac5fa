import Dispatch
import SQLite
import Synchronization
import Telemetry

/// A reader: a connection for questions, and the payload behind it.
final class Reader {
  let database: Database
  let payload: PayloadReader

  init(path: String, limits: Limits) throws {
    database = try Schema.openForReading(path: path)
    payload = try PayloadReader(database, limits: limits)
  }
}

/// Answers questions on a few threads, each question on one consistent snapshot, never waiting for the writer.
///
/// `@unchecked Sendable` holds: a reader is reached only by the question that took it out of the locked list.
final class ReaderPool: @unchecked Sendable {
  private let queue = DispatchQueue(label: "steno.readers", attributes: .concurrent)
  private let slots: DispatchSemaphore
  private let lock = Mutex(())
  private var idle: [Reader] = []
  private let path: String
  private let limits: Limits

  init(path: String, limits: Limits) {
    self.path = path
    self.limits = limits
    slots = DispatchSemaphore(value: limits.readersMax)
  }

  func read<Value: Sendable>(
    _ operation: String, _ question: @escaping @Sendable (Reader) throws -> Value
  ) async throws(StoreError) -> Value {
    let result: Result<Value, StoreError> = await withCheckedContinuation { answer in
      queue.async {
        self.slots.wait()
        defer { self.slots.signal() }
        answer.resume(returning: self.answer(operation, question))
      }
    }
    return try result.get()
  }

  private func answer<Value>(
    _ operation: String, _ question: (Reader) throws -> Value
  ) -> Result<Value, StoreError> {
    do {
      let reader = try lock.withLock { _ in idle.popLast() } ?? Reader(path: path, limits: limits)
      defer { lock.withLock { _ in idle.append(reader) } }
      let connection = reader.database.connection
      let deadline = DispatchTime.now() + .milliseconds(limits.questionMillisecondsMax)
      connection.setProgressHandler(instructions: 10_000, ProgressHandler { DispatchTime.now() > deadline })
      try connection.execute("BEGIN")
      defer { try? connection.execute("COMMIT") }
      // Blocks of deleted sessions are rewritten in place, so what was unpacked for an earlier snapshot may be stale.
      reader.payload.forgetBlocks()
      return .success(try question(reader))
    } catch {
      return .failure(StoreError(error, while: operation))
    }
  }

  /// Closes the idle connections. Questions under way finish on theirs.
  func close() {
    lock.withLock { _ in idle.removeAll() }
  }
}
