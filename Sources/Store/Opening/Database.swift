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

  /// A statement composed of the named file and conditions; kept under its text.
  func statement(composed sql: String) throws(SQLiteError) -> Statement {
    if let statement = statements[sql] {
      statement.reset()
      return statement
    }
    // Filters compose a few dozen forms at most; the bound only keeps a stranger's from piling up.
    if statements.count > 256 { statements.removeAll() }
    let statement = try connection.prepare(sql)
    statements[sql] = statement
    return statement
  }

  /// The text of `Queries/<name>.sql`.
  static func query(_ name: String) -> String { queries[name] ?? "" }

  private static let queries: [String: String] = Dictionary(
    uniqueKeysWithValues: EmbeddedSQL.files.map { (String($0.name.dropLast(4)), $0.text) })
}
