import SQLite

/// Why the store could not do what it was asked. Texts name operation, limit and cure, never content.
package enum StoreError: Error, Sendable, Equatable {
  /// The ingest queue is at its limit: come back in a moment.
  case overloaded(String)
  /// The disk is full or fails, or the store is closing: nothing of the request was stored.
  case unavailable(String)
  /// The file can't be used at all: made by a newer Steno, corrupt, not a database, not writable.
  case unusable(String, hint: String)
  /// A question took longer than it may.
  case interrupted(String)
  /// Something that the store was opened without.
  case switchedOff(String)
}

extension StoreError {
  static func tooLong(_ operation: String) -> StoreError {
    .interrupted(
      "\(operation) took too long: narrow it by `from` and `to`, `project`, `session` or `user_id`, or ask without "
        + "`total`")
  }

  /// What an error of a lower floor means to who asked. `operation` is a few words: "storing a request".
  init(_ error: any Error, while operation: String) {
    if let error = error as? StoreError {
      self = error
      return
    }
    guard let error = error as? SQLiteError else {
      self = .unavailable("\(operation) failed: \(error)")
      return
    }
    if error.isInterrupted {
      self = .tooLong(operation)
    } else if error.isCorrupt {
      self = .unusable(
        "the database is damaged: \(operation) failed: \(error.message)",
        hint: "run `steno verify`, and restore the file from a backup")
    } else if error.isDiskFull {
      self = .unavailable("the disk is full: \(operation) failed; free some space and send again")
    } else {
      self = .unavailable("\(operation) failed: \(error.message)")
    }
  }
}
