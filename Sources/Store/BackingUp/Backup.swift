import Conversations
import SQLite
import Telemetry

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a check of a file that is to be restored found.
package struct BackupCheck: Sendable {
  package var report: VerificationReport
  /// Whether the rows could be compared with the spans: they were made by this version and under these conventions.
  package var comparesRows: Bool
  /// The number of its last migration.
  package var version: Int64
}

extension Store {
  /// Copies a database, as it is at this instant, into a file that is empty or not there yet. A server may have the
  /// database open and go on: the copy reads one snapshot of it, as any reader does. Nothing is synced to disk.
  /// - Parameters:
  ///   - isInUse: false for a file that nobody writes to: then nothing is made beside it.
  ///   - progress: told how many pages of how many are copied.
  package static func copy(
    _ path: String, to destination: String, isInUse: Bool = true, _ progress: (_ done: Int64, _ all: Int64) -> Void
  ) throws(StoreError) {
    do {
      let source = try Connection(path: path, mode: isInUse ? .readOnly : .immutable)
      source.setBusyTimeout(milliseconds: Schema.busyMilliseconds)
      try source.execute("BEGIN; SELECT count(*) FROM sqlite_schema")
      _ = try version(of: source, path)
      let copy = try Connection(path: destination, mode: .readWriteCreate)
      try copy.scrubWrittenPages()
      try copy.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
      try source.copy(into: copy, progress)
      try source.execute("COMMIT")
    } catch {
      throw StoreError(error, while: "copying \(path)")
    }
  }

  /// Checks a file that nobody has open, and changes nothing, neither in it nor beside it: SQLite's own check, then
  /// every row against the stored spans where the file's version and conventions are these.
  package static func check(_ configuration: Configuration) throws(StoreError) -> BackupCheck {
    let path = configuration.path
    do {
      var status = stat()
      if stat(path + "-wal", &status) == 0, status.st_size > 0 {
        throw StoreError.unusable(
          "\(path) has a write-ahead log beside it: it is a database in use, not a backup",
          hint: "steno backup makes a file that is whole by itself")
      }
      let database = Database(try Connection(path: path, mode: .immutable))
      let version = try version(of: database.connection, path)
      let payload = try PayloadReader(database, limits: configuration.limits)
      let verification = Verification(database, payload, configuration.conventions)
      let isOfThese = try version == Schema.currentVersion && database.isMade(under: configuration.conventions)
      let report = try isOfThese ? verification.run() : verification.runOnPagesAlone()
      return BackupCheck(report: report, comparesRows: isOfThese, version: version)
    } catch {
      throw StoreError(error, while: "checking \(path)")
    }
  }

  /// Throws where the file is no Steno's, or a newer one's.
  private static func version(of connection: Connection, _ path: String) throws -> Int64 {
    guard try connection.integer("SELECT count(*) FROM sqlite_schema") ?? 0 > 0 else {
      throw StoreError.unusable("\(path) is empty", hint: "name another file")
    }
    return try Schema.check(connection, path: path)
  }
}

extension Database {
  /// Whether the rows were made, all of them, under these conventions.
  fileprivate func isMade(under conventions: Conventions) throws -> Bool {
    try Committer.areRowsMade(under: conventions.fingerprint, self)
  }
}
