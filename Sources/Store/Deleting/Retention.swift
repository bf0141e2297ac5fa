import SQLite
package import Telemetry

extension Store {
  /// Deletes what is too old or too much, whole sessions (and traces without a session), the earliest ended first.
  /// - Parameters:
  ///   - maxAge: what ended longer ago goes.
  ///   - maxBytes: of the database file, its free pages aside. What goes first is purged before more of it goes.
  package func retain(
    maxAge: Duration?, maxBytes: Int64?, now: UnixNanoseconds
  ) async throws(StoreError) -> DeletionReceipt {
    var receipt = DeletionReceipt()
    if let maxAge {
      receipt = try await delete(before: UnixNanoseconds(now.value.clampedSubtracting(maxAge)))
    }
    guard let maxBytes else { return receipt }
    try await purger.purgeBlocks()
    while true {
      let used = try await usedBytes()
      if used <= maxBytes { break }
      guard let time = try await endOfOldest(share: Double(used - maxBytes) / Double(used)) else { break }
      let step = try await delete(before: time)
      // Rows that are there but can't be deleted would be asked for again and again.
      if step.traces == 0 { break }
      receipt = receipt + step
      try await purger.purgeBlocks()
    }
    return receipt
  }

  /// Bytes of the file's pages that hold something.
  private func usedBytes() async throws(StoreError) -> Int64 {
    try await writer.run(while: "measuring the file") { committer in
      let connection = committer.database.connection
      let pages = try connection.integer("PRAGMA page_count") ?? 0
      let free = try connection.integer("PRAGMA freelist_count") ?? 0
      return (pages - free) * (try connection.integer("PRAGMA page_size") ?? 0)
    }
  }

  /// The time before which about this share of all spans ended, a thousandth of them or one session at the least, and
  /// a thousand sessions at the most. nil: there is nothing.
  private func endOfOldest(share: Double) async throws(StoreError) -> UnixNanoseconds? {
    try await readers.read("looking for the oldest sessions") { reader in
      let database = reader.database
      var units: [(end: UnixNanoseconds, spans: Int64)] = []
      var reach = UnixNanoseconds(.max)
      for query in ["oldest_session_ends", "oldest_trace_ends_without_session"] {
        let statement = try database.statement(named: query)
        statement.bind(1_000, at: 1)
        var count = 0
        while try statement.step() {
          units.append((UnixNanoseconds(stored: statement.integer(0)), statement.integer(1)))
          count += 1
        }
        // Behind the last one of a full list there may be more.
        if count == 1_000, let last = units.last { reach = min(reach, last.end) }
      }
      units.sort { $0.end < $1.end }
      let all = try database.connection.integer("SELECT sum(span_count) FROM project") ?? 0
      let wanted = Int64(Double(all) * max(share, 0.001))
      var spans: Int64 = 0
      var end: UnixNanoseconds?
      for unit in units where unit.end <= reach {
        end = unit.end
        spans += unit.spans
        if spans >= wanted { break }
      }
      return end.map { UnixNanoseconds($0.value == .max ? .max : $0.value + 1) }
    }
  }
}

extension UInt64 {
  /// These nanoseconds less the duration, 0 at the least.
  fileprivate func clampedSubtracting(_ duration: Duration) -> UInt64 {
    let (seconds, attoseconds) = duration.components
    if seconds < 0 { return self }
    let (nanoseconds, overflows) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflowsToo) = nanoseconds.addingReportingOverflow(UInt64(Swift.max(0, attoseconds) / 1_000_000_000))
    return overflows || overflowsToo || sum > self ? 0 : self - sum
  }
}
