import SQLite
import Telemetry

extension Page {
  /// A page of `limit` rows out of up to one more, each with its sort value.
  init(
    _ found: [(row: Row, value: Int64?)], limit: Int, sort: Sort, total: Int64?, id: (Row) -> [UInt8]
  ) {
    rows = found.prefix(limit).map(\.row)
    self.total = total
    next = nil
    if found.count > limit, let last = found.prefix(limit).last {
      next = Cursor(sort: sort, value: last.value, id: id(last.row))
    }
  }
}

extension Database {
  func count(_ name: String, _ conditions: Conditions) throws -> Int64 {
    let statement = try statement(name, conditions: conditions)
    guard try statement.step() else { return 0 }
    defer { statement.reset() }
    return statement.integer(0)
  }
}
