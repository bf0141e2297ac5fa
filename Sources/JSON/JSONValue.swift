/// Any JSON value, whole and owned. Objects keep the order and the repetitions of their keys. An integer literal that
/// fits 64 bits is kept exactly; every other number is a double.
package enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  /// Only above `Int64.max`.
  case uint(UInt64)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object([(key: String, value: JSONValue)])
}

extension JSONValue {
  /// The first member whose key has the same UTF-8; nil for other values too.
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    // Most keys differ in length already.
    let count = key.utf8.count
    return members.first { $0.key.utf8.count == count && $0.key.utf8.elementsEqual(key.utf8) }?.value
  }

  /// The element at a place; nil out of bounds, and for other values.
  package subscript(index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  package var isNull: Bool {
    if case .null = self { true } else { false }
  }

  package var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  package var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var array: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  package var object: [(key: String, value: JSONValue)]? {
    if case .object(let value) = self { value } else { nil }
  }

  /// A number that is a 64-bit integer, `3.0` included.
  package var int64: Int64? {
    switch self {
    case .int(let value): value
    case .uint(let value): Int64(exactly: value)
    case .double(let value): Int64(exactly: value)
    case .null, .bool, .string, .array, .object: nil
    }
  }

  /// Any number, rounded to the nearest double.
  package var double: Double? {
    switch self {
    case .int(let value): Double(value)
    case .uint(let value): Double(value)
    case .double(let value): value
    case .null, .bool, .string, .array, .object: nil
    }
  }

  /// The value as compact JSON.
  package var json: String {
    var writer = JSONWriter()
    writer.write(self)
    return writer.text
  }
}

extension JSONValue: Equatable {
  /// Strings and keys are equal when their UTF-8 is, doubles when `==` says so, objects with their members in order.
  package static func == (a: JSONValue, b: JSONValue) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.int(let a), .int(let b)): a == b
    case (.uint(let a), .uint(let b)): a == b
    case (.double(let a), .double(let b)): a == b
    case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.key.utf8.elementsEqual($1.key.utf8) && $0.value == $1.value }
    default: false
    }
  }
}
