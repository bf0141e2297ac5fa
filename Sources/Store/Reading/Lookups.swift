import SQLite
import Telemetry

/// Names that lists are filtered by, as keys of rows. Looked up first, so that one key becomes an equality that an index
/// serves in order.
struct Lookups {
  let database: Database

  func project(_ name: ProjectName) throws -> Int64? {
    let statement = try database.statement("find_project")
    statement.bind(name.text, at: 1)
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    return statement.integer(0)
  }

  /// The user's keys: one for each project that knows it, or the one of `project`.
  func users(_ user: UserID, project: Int64?) throws -> [Int64] {
    let statement = try database.statement("list_user_keys")
    statement.bind(user.text, at: 1)
    statement.bind(project, at: 2)
    var keys: [Int64] = []
    while try statement.step() { keys.append(statement.integer(0)) }
    return keys
  }

  func session(_ id: SessionID) throws -> Int64? {
    let statement = try database.statement("find_session_state")
    statement.bind(id.bytes, at: 1)
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    return statement.integer(0)
  }

  /// The sessions of that name: its ID in each project is known without a search.
  func sessions(_ name: SessionName, project: ProjectName?) throws -> [Int64] {
    if let project { return try [session(SessionID(project: project, name: name))].compactMap { $0 } }
    let statement = try database.statement("list_project_names")
    var projects: [ProjectName] = []
    while try statement.step() { projects.append(ProjectName(statement.text(0))) }
    return try projects.compactMap { try session(SessionID(project: $0, name: name)) }
  }
}

extension Conditions {
  /// `column` is one of the keys.
  mutating func add(_ column: String, isOneOf keys: [Int64]) {
    switch keys.count {
    case 0: add("FALSE")
    case 1: add("\(column) = ?", .integer(keys[0]))
    default:
      let places = Array(repeating: "?", count: keys.count).joined(separator: ", ")
      add("\(column) IN (\(places))", all: keys.map { .integer($0) })
    }
  }
}
