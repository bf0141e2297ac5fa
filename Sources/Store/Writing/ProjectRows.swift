import SQLite
import Telemetry

/// The table of projects, as the writer keeps it. Confined to the writer.
final class ProjectRows {
  private struct Row {
    var key: Int64
    var name: ProjectName
    var sessionCount: Int64 = 0
    var traceCount: Int64 = 0
    var spanCount: Int64 = 0
    var times = TimeSpan()
  }

  private let database: Database
  private var rows: [ProjectName: Row] = [:]
  private var touched: Set<ProjectName> = []

  init(_ database: Database) { self.database = database }

  func forgetEverything() {
    rows.removeAll()
    touched.removeAll()
  }

  /// The key of a project's row, a new one if it has none.
  func key(of name: ProjectName, newKey: () -> Int64) throws -> Int64 {
    if let row = rows[name] { return row.key }
    let statement = try database.statement("find_project")
    statement.bind(name.text, at: 1)
    var row: Row
    if try statement.step() {
      row = Row(key: statement.integer(0), name: name)
      row.sessionCount = statement.integer(1)
      row.traceCount = statement.integer(2)
      row.spanCount = statement.integer(3)
      row.times = TimeSpan(
        first: UnixNanoseconds(stored: statement.integer(4)), last: UnixNanoseconds(stored: statement.integer(5)))
      statement.reset()
    } else {
      row = Row(key: newKey(), name: name)
    }
    rows[name] = row
    return row.key
  }

  /// Takes the change's old share away and adds its new one.
  func apply(_ change: Change) throws {
    if let old = change.old, let new = change.new, old.project == new.project {
      update(new.project) { row in
        row.spanCount += new.spanCount - old.spanCount
        row.times.replace(old, with: new)
      }
      return
    }
    if let old = change.old {
      _ = try key(of: old.project) { 0 }
      update(old.project) { row in
        row.traceCount -= 1
        row.spanCount -= old.spanCount
        row.times.remove(old)
      }
    }
    if let new = change.new {
      update(new.project) { row in
        row.traceCount += 1
        row.spanCount += new.spanCount
        row.times.add(new)
      }
    }
  }

  /// Writes what was touched, once the rows of its traces are written.
  func write(sessionCounts: [ProjectName: Int64]) throws {
    for (name, difference) in sessionCounts {
      _ = try key(of: name) { 0 }
      update(name) { $0.sessionCount += difference }
    }
    for name in touched.sorted() {
      guard var row = rows[name] else { continue }
      if row.traceCount == 0 {
        let statement = try database.statement("delete_project")
        statement.bind(row.key, at: 1)
        try statement.run()
        rows[name] = nil
        continue
      }
      try row.times.read(database.statement("span_times_of_project"), key: row.key)
      rows[name] = row
      let statement = try database.statement("upsert_project")
      statement.bind(row.key, at: 1)
      statement.bind(name.text, at: 2)
      statement.bind(row.sessionCount, at: 3)
      statement.bind(row.traceCount, at: 4)
      statement.bind(row.spanCount, at: 5)
      statement.bind(row.times.first.stored, at: 6)
      statement.bind(row.times.last.stored, at: 7)
      try statement.run()
    }
    touched.removeAll()
    if rows.count > 4_096 { rows.removeAll() }
  }

  private func update(_ name: ProjectName, _ change: (inout Row) -> Void) {
    guard var row = rows[name] else { return }
    change(&row)
    rows[name] = row
    touched.insert(name)
  }
}
