import CSQLite

extension Connection {
  /// Copies the whole database, as this connection's snapshot has it, into an empty one. To be called in a transaction:
  /// without one, a write of another connection between two steps would make it begin anew.
  /// - Parameter progress: told after each step how many pages of how many are copied.
  package func copy(
    into destination: Connection, pagesPerStep: Int32 = 256, _ progress: (_ done: Int64, _ all: Int64) -> Void
  ) throws(SQLiteError) {
    guard let backup = sqlite3_backup_init(destination.handle, "main", handle, "main") else {
      throw destination.error(sql: "backup")
    }
    var code = SQLITE_OK
    while code == SQLITE_OK {
      code = sqlite3_backup_step(backup, pagesPerStep)
      let all = Int64(sqlite3_backup_pagecount(backup))
      progress(all - Int64(sqlite3_backup_remaining(backup)), all)
    }
    let end = sqlite3_backup_finish(backup)
    guard code == SQLITE_DONE, end == SQLITE_OK else { throw destination.error(sql: "backup") }
  }
}
