import Dispatch
import SQLite
import Synchronization
import Telemetry

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Moves the write-ahead log into the database, off the write path: on a connection and a queue of its own, passively,
/// waiting for no one. Only when the log outgrows its bound does the writer help.
///
/// `@unchecked Sendable` holds: the connection is touched on `queue` alone.
final class Checkpointer: @unchecked Sendable {
  private let queue = DispatchQueue(label: "steno.checkpoint")
  /// nil once closed.
  private var connection: Connection?
  private let walPath: String
  private let isRunning = Atomic(false)

  /// Bytes of WAL from which on it is copied, and from which on the writer waits for that.
  private static let walBytesSoft = 16 << 20
  private static let walBytesHard = 128 << 20

  init(path: String) throws(SQLiteError) {
    let connection = try Connection(path: path, mode: .readWriteCreate)
    self.connection = connection
    connection.setBusyTimeout(milliseconds: 0)
    try connection.scrubWrittenPages()
    try connection.execute("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL; PRAGMA cache_size = -512")
    walPath = path + "-wal"
  }

  var walBytes: Int {
    var status = stat()
    return stat(walPath, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Called by the writer after each commit.
  func afterCommit() {
    let bytes = walBytes
    if bytes < Self.walBytesSoft { return }
    if isRunning.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged {
      queue.async { self.run() }
    }
    // Between commits the passive checkpoint catches up wholly, and the next commit starts the log anew.
    if bytes > Self.walBytesHard { queue.sync {} }
  }

  /// Copies what the log holds as far as readers allow. Returns when that is done.
  func copy() async {
    await withCheckedContinuation { done in
      queue.async {
        self.run()
        done.resume()
      }
    }
  }

  func close() async {
    await withCheckedContinuation { done in
      queue.async {
        self.run()
        self.connection = nil
        done.resume()
      }
    }
  }

  private func run() {
    // A failure is no loss: the log keeps what it holds, and the next commit tries again.
    _ = try? connection?.checkpointPassively()
    isRunning.store(false, ordering: .releasing)
  }
}
