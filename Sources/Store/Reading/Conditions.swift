import SQLite
import Telemetry

/// The conditions of a list, composed of fixed texts; every value is bound.
struct Conditions: Sendable, Equatable {
  enum Value: Sendable, Equatable {
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    /// Texts are equal when their UTF-8 is, as SQLite compares them.
    static func == (a: Self, b: Self) -> Bool {
      switch (a, b) {
      case (.integer(let a), .integer(let b)): a == b
      case (.text(let a), .text(let b)): sameUTF8(a, b)
      case (.bytes(let a), .bytes(let b)): a == b
      case (.integer, _), (.text, _), (.bytes, _): false
      }
    }
  }

  private var texts: [String] = []
  private(set) var values: [Value] = []

  /// Adds a condition with one `?` for each value.
  mutating func add(_ text: String, _ values: Value...) {
    texts.append(text)
    self.values.append(contentsOf: values)
  }

  mutating func add(_ text: String, all values: [Value]) {
    texts.append(text)
    self.values.append(contentsOf: values)
  }

  var text: String { texts.isEmpty ? "TRUE" : texts.joined(separator: " AND ") }

  /// The rows behind the cursor in the order of `sort`, where `column` may be NULL only if `isNullable`.
  mutating func add(behind cursor: Cursor, column: String, id: String, isNullable: Bool, idValue: Value) {
    guard let value = cursor.value else {
      add("\(column) IS NULL AND \(id) > ?", idValue)
      return
    }
    let beyond = cursor.sort.descending ? "<" : ">"
    if isNullable {
      add(
        "(\(column) \(beyond) ? OR \(column) IS NULL OR (\(column) = ? AND \(id) > ?))", .integer(value),
        .integer(value), idValue)
    } else {
      // The first half bounds the walk of the index, the second half breaks ties.
      add(
        "\(column) \(beyond)= ? AND (\(column) \(beyond) ? OR \(id) > ?)", .integer(value), .integer(value), idValue)
    }
  }

  static func order(_ sort: Sort, column: String, id: String) -> String {
    "\(column) \(sort.descending ? "DESC" : "ASC") NULLS LAST, \(id)"
  }

  func bind(to statement: Statement) {
    for (index, value) in values.enumerated() {
      switch value {
      case .integer(let value): statement.bind(value, at: Int32(index + 1))
      case .text(let value): statement.bind(value, at: Int32(index + 1))
      case .bytes(let value): statement.bind(value, at: Int32(index + 1))
      }
    }
  }
}

extension Database {
  /// The statement of `Queries/<name>.sql` with its places filled in.
  func statement(
    _ name: String, conditions: Conditions, order: String = "", limit: Int = 0
  ) throws -> Statement {
    let text = conditions.text
    let statement = try statement(composed: "\(name) \(limit) \(order) \(text)") {
      Self.query(name)
        .replacing("/*conditions*/", with: text)
        .replacing("/*order*/", with: order)
        .replacing("/*limit*/", with: String(limit))
    }
    conditions.bind(to: statement)
    return statement
  }
}
