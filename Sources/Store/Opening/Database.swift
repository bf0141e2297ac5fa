import SQLite

/// A connection with its statements, compiled once and found by the name of their file in `Queries/`.
/// Confined to one thread at a time by its owner.
final class Database {
  let connection: Connection
  private var statements: [String: Statement] = [:]
  /// The same by the addresses of their names in the program, so that no name is hashed for every row.
  private var literals = [(name: UnsafePointer<UInt8>, statement: Statement)?](repeating: nil, count: literalsMax)
  /// A power of two.
  private static let literalsMax = 256

  init(_ connection: Connection) { self.connection = connection }

  /// The statement of `Queries/<name>.sql`, reset, its parameters as they were bound last.
  func statement(_ name: StaticString) throws(SQLiteError) -> Statement {
    guard name.hasPointerRepresentation else { return try statement(named: name.description) }
    let address = UInt(bitPattern: name.utf8Start)
    let place = Int(truncatingIfNeeded: (address ^ address >> 8) & UInt(Self.literalsMax - 1))
    if let known = literals[place], known.name == name.utf8Start {
      known.statement.reset()
      return known.statement
    }
    let statement = try statement(named: name.description)
    literals[place] = (name.utf8Start, statement)
    return statement
  }

  /// The same, by a name that is not known before.
  func statement(named name: String) throws(SQLiteError) -> Statement {
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
    if statements.count > 256 {
      statements.removeAll()
      literals = literals.map { _ in nil }
    }
    let statement = try connection.prepare(sql())
    statements[parts] = statement
    return statement
  }

  /// The text of `Queries/<name>.sql`.
  static func query(_ name: String) -> String { queries[name] ?? "" }

  private static let queries: [String: String] = Dictionary(
    uniqueKeysWithValues: EmbeddedSQL.files.map { (String($0.name.dropLast(4)), $0.text) })
}
