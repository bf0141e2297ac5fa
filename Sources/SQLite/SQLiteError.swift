import CSQLite

/// An error of SQLite: its extended result code, its message, and the statement; never the statement's arguments.
/// Source: https://www.sqlite.org/rescode.html
package struct SQLiteError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The extended result code.
  package let code: Int32
  package let message: String
  package let sql: String?

  package init(code: Int32, message: String, sql: String? = nil) {
    self.code = code
    self.message = message
    self.sql = sql
  }

  /// The primary result code: the low byte.
  package var primaryCode: Int32 { code & 0xFF }

  package var isDiskFull: Bool { primaryCode == SQLITE_FULL }
  package var isCorrupt: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }
  package var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }
  package var isInterrupted: Bool { primaryCode == SQLITE_INTERRUPT }

  package var description: String {
    let statement = sql.map { " in \"\($0.prefix(200))\"" } ?? ""
    return "SQLite error \(code): \(message)\(statement)"
  }
}
