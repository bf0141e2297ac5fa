import SQLite

/// Keeps what a larger deletion has decided on out of every answer while its rows still go. On a reader's connection
/// views take the names of the tables, so that each statement, whatever it asks, sees the rows that stay.
///
/// A session that has traces on both sides, and what arrives for a project that goes, is left out as long as that takes.
struct Veil {
  /// The batch that the views leave out; nil: there are none.
  private var batch: Int64?

  /// To be called at the start of every snapshot: it tells which deletion the snapshot is amid of.
  mutating func settle(over database: Database) throws {
    let deleting = try database.integer("find_deleting")
    if deleting == batch { return }
    let connection = database.connection
    try connection.execute("PRAGMA query_only = OFF")
    defer { try? connection.execute("PRAGMA query_only = ON") }
    if batch != nil {
      batch = nil
      try connection.execute(Self.tables.map { "DROP VIEW IF EXISTS temp.\($0)" }.joined(separator: ";"))
    }
    guard let deleting else { return }
    try connection.execute(Self.views(leavingOut: deleting))
    batch = deleting
  }

  private static let tables = ["trace", "session", "user", "project"]

  private static func views(leavingOut batch: Int64) -> String {
    """
    CREATE TEMP VIEW trace AS SELECT * FROM main.trace r WHERE NOT EXISTS (SELECT 1 FROM main.deletion d
      WHERE d.batch = \(batch) AND d.session_key = coalesce(r.session_key, 0) AND d.trace_key = r.trace_key);
    CREATE TEMP VIEW session AS SELECT * FROM main.session r WHERE NOT EXISTS (SELECT 1 FROM main.deletion d
      WHERE d.batch = \(batch) AND d.session_key = r.session_key);
    CREATE TEMP VIEW user AS SELECT * FROM main.user r WHERE NOT EXISTS (SELECT 1 FROM main.counter c
      WHERE c.name IN ('deleting user ' || r.user_key, 'deleting project ' || r.project_key));
    CREATE TEMP VIEW project AS SELECT * FROM main.project r WHERE NOT EXISTS (SELECT 1 FROM main.counter c
      WHERE c.name = 'deleting project ' || r.project_key);
    """
  }
}
