import SQLite

/// A connection with its statements, compiled once and found by the name of their file in `Queries/`.
/// Confined to one thread at a time by its owner.
final class Database {
  let connection: Connection
  private var statements: [String: Statement] = [:]

  init(_ connection: Connection) { self.connection = connection }

  /// The statement of `Queries/<name>.sql`, reset, its parameters as they were bound last.
  func statement(_ name: String) throws(SQLiteError) -> Statement {
    if let statement = statements[name] {
      statement.reset()
      return statement
    }
    guard let sql = Self.queries[name] else {
      throw SQLiteError(code: 1, message: "no file Queries/\(name).sql is embedded")
    }
    let statement = try connection.prepare(sql)
    statements[name] = statement
    return statement
  }

  /// A statement composed of a named file and conditions, kept under the names of its parts; `sql` makes its text.
  func statement(composed parts: String, sql: () -> String) throws(SQLiteError) -> Statement {
    if let statement = statements[parts] {
      statement.reset()
      return statement
    }
    // Filters compose a few dozen forms at most; the bound only keeps a stranger's from piling up.
    if statements.count > 256 { statements.removeAll() }
    let statement = try connection.prepare(sql())
    statements[parts] = statement
    return statement
  }

  /// The text of `Queries/<name>.sql`.
  static func query(_ name: String) -> String { queries[name] ?? "" }

  private static let queries: [String: String] = Dictionary(
    uniqueKeysWithValues: EmbeddedSQL.files.map { (String($0.name.dropLast(4)), $0.text) })
}
