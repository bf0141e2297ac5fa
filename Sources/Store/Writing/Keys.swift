import SQLite

/// The integer keys of rows, given out in order. The next ones after a rollback are simply higher.
struct Keys {
  private var block: Int64
  private var trace: Int64
  private var session: Int64
  private var user: Int64
  private var project: Int64

  init(_ database: Database) throws {
    let statement = try database.statement("max_keys")
    guard try statement.step() else { throw SQLiteError(code: 1, message: "no row of max_keys") }
    block = statement.integer(0)
    trace = statement.integer(1)
    session = statement.integer(2)
    user = statement.integer(3)
    project = statement.integer(4)
    statement.reset()
  }

  mutating func nextBlock() -> Int64 { Self.next(&block) }
  mutating func nextTrace() -> Int64 { Self.next(&trace) }
  mutating func nextSession() -> Int64 { Self.next(&session) }
  mutating func nextUser() -> Int64 { Self.next(&user) }
  mutating func nextProject() -> Int64 { Self.next(&project) }

  private static func next(_ key: inout Int64) -> Int64 {
    key += 1
    return key
  }
}
