import Synchronization

/// How long something took, over and over, since the start. Buckets as Prometheus has them.
package final class LatencyHistogram: Sendable {
  /// Upper ends of the buckets in milliseconds, ascending; what took longer is counted in the sum and count alone.
  package static let boundsMilliseconds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]

  package struct Counts: Sendable, Equatable {
    /// How many ended within each bound and not within the one before.
    package var within = [Int64](repeating: 0, count: LatencyHistogram.boundsMilliseconds.count)
    package var count: Int64 = 0
    package var nanoseconds: Int64 = 0
  }

  private let state = Mutex(Counts())

  package init() {}

  package var counts: Counts { state.withLock { $0 } }

  package func record(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = max(
      0, seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue &+ attoseconds / 1_000_000_000)
    state.withLock { counts in
      counts.count += 1
      counts.nanoseconds &+= nanoseconds
      if let bucket = Self.boundsMilliseconds.firstIndex(where: { nanoseconds <= Int64($0) * 1_000_000 }) {
        counts.within[bucket] += 1
      }
    }
  }
}
