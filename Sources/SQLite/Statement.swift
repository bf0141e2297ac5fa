import CSQLite

/// A compiled statement. Parameters count from 1, columns from 0, as in SQLite.
package final class Statement {
  private let handle: OpaquePointer
  private let connection: Connection

  init(_ handle: OpaquePointer, of connection: Connection) {
    self.handle = handle
    self.connection = connection
  }

  deinit { sqlite3_finalize(handle) }

  /// One row further: true when there is one. Resets itself when there is none, or on an error.
  package func step() throws(SQLiteError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      sqlite3_reset(handle)
      return false
    default:
      let error = connection.error(sql: sqlite3_sql(handle).map { String(cString: $0) })
      sqlite3_reset(handle)
      throw error
    }
  }

  /// Runs the statement to its end, passing over rows.
  package func run() throws(SQLiteError) {
    while try step() {}
  }

  /// Ends a statement that was not stepped to its end. Parameters keep their values.
  package func reset() { sqlite3_reset(handle) }

  // MARK: Parameters

  package func bind(_ value: Int64, at index: Int32) { sqlite3_bind_int64(handle, index, value) }

  package func bind(_ value: Int64?, at index: Int32) {
    if let value { bind(value, at: index) } else { bindNull(at: index) }
  }

  package func bind(_ value: String, at index: Int32) {
    var value = value
    value.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { characters in
        // An empty buffer may have no address, and SQLite takes no address for NULL.
        _ = sqlite3_bind_text64(
          handle, index, characters.baseAddress ?? emptyText, UInt64(characters.count), copied, UInt8(SQLITE_UTF8))
      }
    }
  }

  package func bind(_ value: String?, at index: Int32) {
    if let value { bind(value, at: index) } else { bindNull(at: index) }
  }

  package func bind(_ value: [UInt8], at index: Int32) {
    value.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress {
        _ = sqlite3_bind_blob64(handle, index, base, UInt64(bytes.count), copied)
      } else {
        _ = sqlite3_bind_zeroblob(handle, index, 0)
      }
    }
  }

  package func bind(_ value: [UInt8]?, at index: Int32) {
    if let value { bind(value, at: index) } else { bindNull(at: index) }
  }

  /// Binds bytes without copying them. They must stay where they are until the statement is reset or bound anew.
  package func bind(borrowed bytes: UnsafeRawBufferPointer, at index: Int32) {
    if let base = bytes.baseAddress {
      sqlite3_bind_blob64(handle, index, base, UInt64(bytes.count), nil)
    } else {
      sqlite3_bind_zeroblob(handle, index, 0)
    }
  }

  package func bindNull(at index: Int32) { sqlite3_bind_null(handle, index) }

  // MARK: Columns

  package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

  package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  package func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

  package func text(_ column: Int32) -> String {
    guard let characters = sqlite3_column_text(handle, column) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: characters, count: count), as: UTF8.self)
  }

  package func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

  /// The UTF-8 of a column, valid until the next step or reset.
  package func withText<Result>(_ column: Int32, _ use: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    let base = sqlite3_column_text(handle, column)
    let count = Int(sqlite3_column_bytes(handle, column))
    return try use(UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : count))
  }

  package func bytes(_ column: Int32) -> [UInt8] { withBytes(column) { Array($0) } }

  /// The bytes of a column, valid until the next step or reset.
  package func withBytes<Result>(_ column: Int32, _ use: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    let base = sqlite3_column_blob(handle, column)
    let count = Int(sqlite3_column_bytes(handle, column))
    return try use(UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : count))
  }
}

/// `SQLITE_TRANSIENT`: SQLite copies what is bound. The macro is a cast of -1, which Swift does not import.
private var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

/// The address of an empty C string.
/// `nonisolated(unsafe)` holds: the byte is written once, here, and only read afterwards.
nonisolated(unsafe) private let emptyText: UnsafePointer<CChar> = {
  let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
  byte.initialize(to: 0)
  return UnsafePointer(byte)
}()
