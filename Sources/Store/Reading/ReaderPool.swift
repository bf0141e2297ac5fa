import Dispatch
import SQLite
import Synchronization
import Telemetry

/// A reader: a connection for questions, and the payload behind it. Confined to one question at a time.
final class Reader {
  let database: Database
  let payload: PayloadReader
  var veil = Veil()
  /// The question under way, and when it must be answered.
  private var operation = ""
  private var deadline = DispatchTime.distantFuture

  init(path: String, limits: Limits) throws {
    database = try Schema.openForReading(path: path)
    payload = try PayloadReader(database, limits: limits)
  }

  /// Starts the clock: statements are interrupted at its end, and what goes on between them asks `checkTime`.
  func begin(_ operation: String, milliseconds: Int) {
    let deadline = DispatchTime.now() + .milliseconds(milliseconds)
    self.operation = operation
    self.deadline = deadline
    database.connection.setProgressHandler(instructions: 10_000, ProgressHandler { DispatchTime.now() > deadline })
  }

  func checkTime() throws(StoreError) {
    if DispatchTime.now() > deadline { throw .tooLong(operation) }
  }
}

/// Answers questions on a few threads, each question on one consistent snapshot, never waiting for the writer. Questions
/// beyond those threads wait in line; a line that is too long is refused.
///
/// `@unchecked Sendable` holds: `line` is reached under `lock` alone, and a reader by the one worker that took it.
final class ReaderPool: @unchecked Sendable {
  private struct Line {
    var waiting: [(Reader?) -> Reader?] = []
    var idle: [Reader] = []
    var workers = 0
    var isClosed = false
  }

  private let queue = DispatchQueue(label: "steno.readers", attributes: .concurrent)
  private let lock = Mutex(())
  private var line = Line()
  private let path: String
  private let limits: Limits
  let questions = LatencyHistogram()

  init(path: String, limits: Limits) {
    self.path = path
    self.limits = limits
  }

  func read<Value: Sendable>(
    _ operation: String, _ question: @escaping @Sendable (Reader) throws -> Value
  ) async throws(StoreError) -> Value {
    let result: Result<Value, StoreError> = await withCheckedContinuation { answer in
      let refusal = enqueue { reader in
        let (result, reader) = self.answer(operation, question, reader)
        answer.resume(returning: result)
        return reader
      }
      if let refusal { answer.resume(returning: .failure(refusal)) }
    }
    return try result.get()
  }

  /// Lets the questions under way finish, and closes the connections.
  func close() async {
    lock.withLock { _ in line.isClosed = true }
    await withCheckedContinuation { done in
      queue.async(flags: .barrier) {
        self.lock.withLock { _ in self.line.idle.removeAll() }
        done.resume()
      }
    }
  }

  private func enqueue(_ work: @escaping (Reader?) -> Reader?) -> StoreError? {
    lock.withLock { _ in
      if line.isClosed { return .unavailable("the store is closing; ask again in a moment") }
      if line.waiting.count >= limits.waitingQuestionsMax {
        return .overloaded("\(limits.waitingQuestionsMax) questions wait already; ask again in a moment")
      }
      line.waiting.append(work)
      if line.workers < limits.readersMax {
        line.workers += 1
        queue.async { self.serve() }
      }
      return nil
    }
  }

  /// One worker: answers question after question until nobody waits.
  private func serve() {
    while true {
      let next = lock.withLock { _ -> ((Reader?) -> Reader?, Reader?)? in
        if line.waiting.isEmpty {
          line.workers -= 1
          return nil
        }
        return (line.waiting.removeFirst(), line.idle.popLast())
      }
      guard let (work, reader) = next else { return }
      if let reader = work(reader) { lock.withLock { _ in line.idle.append(reader) } }
    }
  }

  /// The answer, and the reader if it can be used again.
  private func answer<Value>(
    _ operation: String, _ question: (Reader) throws -> Value, _ reader: Reader?
  ) -> (Result<Value, StoreError>, Reader?) {
    do {
      let reader = try reader ?? Reader(path: path, limits: limits)
      reader.begin(operation, milliseconds: limits.questionMillisecondsMax)
      let begun = ContinuousClock.now
      let result = Result {
        try snapshot(reader.database.connection) {
          try reader.veil.settle(over: reader.database)
          return try question(reader)
        }
      }
      questions.record(ContinuousClock.now - begun)
      // Blocks of deleted sessions are rewritten in place, so what was unpacked of this snapshot must not outlive it.
      reader.payload.forgetBlocks()
      switch result {
      case .success(let value): return (.success(value), reader)
      // A statement that the question left amid its rows would hold its snapshot open: it goes with its reader.
      case .failure(let error): return (.failure(StoreError(error, while: operation)), nil)
      }
    } catch {
      return (.failure(StoreError(error, while: operation)), nil)
    }
  }

  private func snapshot<Value>(_ connection: Connection, _ read: () throws -> Value) throws -> Value {
    try connection.execute("BEGIN")
    defer { try? connection.execute("COMMIT") }
    return try read()
  }
}
