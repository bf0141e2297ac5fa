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
}
