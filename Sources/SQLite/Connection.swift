import CSQLite

/// One connection to one database file. Confined to one thread at a time by its owner: it is opened without SQLite's
/// own mutexes.
package final class Connection {
  package enum Mode: Sendable {
    case readWriteCreate, readOnly
    /// For a file that nobody writes to: nothing is locked, and no file is made beside it.
    case immutable
  }

  let handle: OpaquePointer

  package init(path: String, mode: Mode) throws(SQLiteError) {
    _ = Self.isWithoutStatistics
    var opened: OpaquePointer?
    let flags =
      switch mode {
      case .readWriteCreate: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
      case .readOnly: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
      case .immutable: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI
      }
    let name = mode == .immutable ? Self.immutableURI(path) : path
    let code = sqlite3_open_v2(name, &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      let extended = opened.map { sqlite3_extended_errcode($0) } ?? code
      sqlite3_close_v2(opened)
      throw SQLiteError(code: extended, message: message)
    }
    handle = opened
    sqlite3_extended_result_codes(handle, 1)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Nobody asks how much SQLite allocated, and counting takes a lock that all connections share, twice for each of
  /// nine allocations a statement.
  private static let isWithoutStatistics = steno_sqlite_memory_statistics(0) == SQLITE_OK

  /// Source: https://www.sqlite.org/uri.html
  private static func immutableURI(_ path: String) -> String {
    let escaped = path.replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23")
    return "file:\(escaped)?immutable=1"
  }

  /// Runs every statement of `sql`; rows are passed over.
  package func execute(_ sql: String) throws(SQLiteError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    if code != SQLITE_OK { throw error(sql: sql) }
  }

  /// Compiles one statement, to be kept and used again.
  package func prepare(_ sql: String) throws(SQLiteError) -> Statement {
    var compiled: OpaquePointer?
    let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
    guard code == SQLITE_OK, let compiled else { throw error(sql: sql) }
    return Statement(compiled, of: self)
  }

  /// The integer in the first column of the first row; nil without a row or for NULL.
  package func integer(_ sql: String) throws(SQLiteError) -> Int64? {
    let statement = try prepare(sql)
    guard try statement.step() else { return nil }
    return statement.optionalInteger(0)
  }

  /// The text in the first column of the first row; nil without a row or for NULL.
  package func text(_ sql: String) throws(SQLiteError) -> String? {
    let statement = try prepare(sql)
    guard try statement.step() else { return nil }
    return statement.optionalText(0)
  }

  /// Rows that the last INSERT, UPDATE or DELETE changed.
  package var changes: Int64 { sqlite3_changes64(handle) }

  package func setBusyTimeout(milliseconds: Int32) { sqlite3_busy_timeout(handle, milliseconds) }

  /// Copies as much of the WAL into the database as readers allow, without waiting for anyone.
  /// Returns the frames that the WAL holds and those that were copied.
  @discardableResult
  package func checkpointPassively() throws(SQLiteError) -> (walFrames: Int, copied: Int) {
    var frames: Int32 = 0
    var copied: Int32 = 0
    let code = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, &frames, &copied)
    guard code == SQLITE_OK || code == SQLITE_BUSY else { throw error(sql: "wal_checkpoint(PASSIVE)") }
    return (Int(frames), Int(copied))
  }

  /// Interrupts whatever statement runs on this connection when `handler` answers true; asked about every
  /// `instructions` instructions of SQLite's virtual machine.
  package func setProgressHandler(instructions: Int32, _ handler: ProgressHandler?) {
    progressHandler = handler
    guard let handler else {
      sqlite3_progress_handler(handle, 0, nil, nil)
      return
    }
    let context = Unmanaged.passUnretained(handler).toOpaque()
    sqlite3_progress_handler(
      handle, instructions,
      { context in
        guard let context else { return 0 }
        return Unmanaged<ProgressHandler>.fromOpaque(context).takeUnretainedValue().shouldStop() ? 1 : 0
      }, context)
  }

  /// Keeps the handler alive while SQLite holds a pointer to it.
  private var progressHandler: ProgressHandler?

  func error(sql: String?) -> SQLiteError {
    SQLiteError(
      code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)), sql: sql)
  }
}

/// Asked now and then while a statement runs.
package final class ProgressHandler {
  fileprivate let shouldStop: () -> Bool

  package init(_ shouldStop: @escaping () -> Bool) { self.shouldStop = shouldStop }
}
