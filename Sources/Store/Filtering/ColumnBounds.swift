/// The integers of a column between which the values lie that equal a number: a column may hold money or time in finer
/// parts than a double tells apart.
struct ColumnBounds {
  /// The least integer whose value is not below the number, and the least whose value is above it; nil: there is none.
  let notBelow: Int64?
  let above: Int64?

  /// - Parameter order: how the value of an integer stands to the number: -1, 0 or 1; never smaller for a larger integer.
  init(order: (Int64) -> Int) {
    notBelow = Self.first { order($0) >= 0 }
    above = Self.first { order($0) > 0 }
  }

  private static func first(_ isReached: (Int64) -> Bool) -> Int64? {
    guard isReached(.max) else { return nil }
    var low = Int64.min
    var high = Int64.max
    while low < high {
      // Half way, without overflow: rounded down.
      let middle = (low & high) + (low ^ high) >> 1
      if isReached(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
