/// A number as attributes, JSON and filters hold them. Compared by value, never by rounding: 9007199254740993 is not
/// 9007199254740992.0.
package enum ExactNumber: Sendable {
  case int(Int64)
  /// Only above `Int64.max`.
  case uint(UInt64)
  case double(Double)

  /// -1, 0 or 1; nil where one is NaN.
  package func compared(to other: ExactNumber) -> Int? {
    switch (self, other) {
    case (.int(let a), .int(let b)): Self.sign(a, b)
    case (.uint(let a), .uint(let b)): Self.sign(a, b)
    case (.double(let a), .double(let b)): a.isNaN || b.isNaN ? nil : Self.sign(a, b)
    case (.int(let a), .uint(let b)): a < 0 ? -1 : Self.sign(UInt64(a), b)
    case (.uint(let a), .int(let b)): b < 0 ? 1 : Self.sign(a, UInt64(b))
    case (.int(let a), .double(let b)): Self.compare(a, b)
    case (.double(let a), .int(let b)): Self.compare(b, a).map { -$0 }
    case (.uint(let a), .double(let b)): Self.compare(a, b)
    case (.double(let a), .uint(let b)): Self.compare(b, a).map { -$0 }
    }
  }

  private static func sign<Value: Comparable>(_ a: Value, _ b: Value) -> Int { a < b ? -1 : a == b ? 0 : 1 }

  private static func compare<Whole: FixedWidthInteger>(_ whole: Whole, _ double: Double) -> Int? {
    if double.isNaN { return nil }
    let floor = double.rounded(.down)
    guard let below = Whole(exactly: floor) else { return double < 0 ? 1 : -1 }
    let order = sign(whole, below)
    return order == 0 && floor < double ? -1 : order
  }
}

extension ExactNumber: Equatable {
  /// Equal in value; a NaN equals nothing.
  package static func == (a: ExactNumber, b: ExactNumber) -> Bool { a.compared(to: b) == 0 }
}
