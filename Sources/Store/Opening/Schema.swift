import Migrations
import SQLite

/// Makes a file a Steno database of the present version, or says why it can't be one.
enum Schema {
  /// Opens the write connection: WAL, every commit synced to disk, the schema brought up to date.
  static func openForWriting(path: String) throws(StoreError) -> Database {
    let hint = "check that the folder exists and can be written to, or choose another file with --data"
    let connection: Connection
    do {
      connection = try Connection(path: path, mode: .readWriteCreate)
      connection.setBusyTimeout(milliseconds: busyMilliseconds)
      // Blocks of a few KiB fill 16 KiB pages better than smaller ones. It takes effect on an empty file only.
      try connection.execute("PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL")
      try check(connection, path: path)
      try connection.scrubWrittenPages()
      try connection.execute(
        """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
        PRAGMA cache_size = -12000; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;
        PRAGMA secure_delete = ON
        """)
      try migrate(connection, path: path)
    } catch let error as SQLiteError {
      throw unusable(error, path: path, hint: hint)
    } catch let error as StoreError {
      throw error
    } catch {
      throw .unusable("cannot open \(path)", hint: hint)
    }
    return Database(connection)
  }

  /// Opens a connection for questions.
  static func openForReading(path: String) throws(SQLiteError) -> Database {
    let connection = try Connection(path: path, mode: .readOnly)
    connection.setBusyTimeout(milliseconds: busyMilliseconds)
    try connection.execute("PRAGMA query_only = ON; PRAGMA cache_size = -3000; PRAGMA temp_store = MEMORY")
    return Database(connection)
  }

  /// How long a connection waits for a lock of another.
  static let busyMilliseconds: Int32 = 2_000

  static var currentVersion: Int64 { Migrations.all.last?.version ?? 0 }

  /// Returns the file's version. Throws where it is another program's, or a newer version's.
  @discardableResult
  static func check(_ connection: Connection, path: String) throws -> Int64 {
    let application = try connection.integer("PRAGMA application_id") ?? 0
    let version = try connection.integer("PRAGMA user_version") ?? 0
    let tables = try connection.integer("SELECT count(*) FROM sqlite_schema") ?? 0
    if tables > 0 && application != Migrations.applicationID {
      throw StoreError.unusable(
        "\(path) is a SQLite database of another program", hint: "choose another file with --data")
    }
    if version > currentVersion {
      throw StoreError.unusable(
        "\(path) was made by a newer Steno (schema \(version), this one knows up to \(currentVersion))",
        hint: "start the newer Steno, or choose another file with --data")
    }
    return version
  }

  private static func migrate(_ connection: Connection, path: String) throws {
    let version = try connection.integer("PRAGMA user_version") ?? 0
    guard version < currentVersion else { return }
    try connection.execute("BEGIN IMMEDIATE")
    do {
      for migration in Migrations.all where migration.version > version {
        try connection.execute(migration.sql)
      }
      try connection.execute(
        "PRAGMA application_id = \(Migrations.applicationID); PRAGMA user_version = \(currentVersion); COMMIT")
    } catch {
      try? connection.execute("ROLLBACK")
      throw error
    }
  }

  private static func unusable(_ error: SQLiteError, path: String, hint: String) -> StoreError {
    if error.isCorrupt {
      return .unusable(
        "\(path) is damaged or no SQLite database: \(error.message)",
        hint: "restore it from a backup, or move it away and start with a new file")
    }
    if error.isBusy {
      return .unusable(
        "\(path) is in use by another process", hint: "stop that process, or choose another file with --data")
    }
    if error.isDiskFull {
      return .unusable("the disk that holds \(path) is full", hint: "free some space and start again")
    }
    return .unusable("cannot open \(path): \(error.message)", hint: hint)
  }
}
