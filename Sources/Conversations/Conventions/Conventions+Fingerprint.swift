extension Conventions {
  /// Tells tables and prices apart that would derive other rows from the same spans. A store remembers under which it
  /// made its rows, so that it can make them anew under others.
  package var fingerprint: UInt64 {
    let table = rows.map { "\($0.role) \($0.key) \($0.place) \($0.reading) \($0.detail)" }.joined(separator: "\n")
    return Fingerprint.of("\(Self.rulesVersion)\n\(table)\n\(prices.canonicalText)")
  }

  /// Raised when a rule changes that is not a row of the table: how turns are split, what is counted, how texts are read.
  private static let rulesVersion = 2
}
