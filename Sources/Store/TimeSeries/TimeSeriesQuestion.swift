package import Conversations
package import Telemetry

/// What is measured over time. Sessions are counted under the conditions of the list of sessions, everything else over
/// the traces of the list of traces. A row counts once, in the interval in which it ended.
package enum TimeSeriesMetric: Sendable, Hashable {
  case sessions
  case traces
  /// Their sums; spans with status ERROR.
  case tokens
  case cost
  case errors
  /// The durations of the traces, by nearest rank.
  case latency
}

package struct TimeSeriesQuestion: Sendable {
  package var metric: TimeSeriesMetric
  /// Nanoseconds; intervals begin at its multiples since 1970.
  package var interval: UInt64
  /// Of which the conditions count.
  package var rows: ListQuestion

  package init(metric: TimeSeriesMetric, interval: UInt64, rows: ListQuestion) {
    self.metric = metric
    self.interval = interval
    self.rows = rows
  }
}

/// Of the durations that lie in an interval those that 50, 95 and 99 % of them do not exceed, in nanoseconds. Source:
/// the nearest-rank method; each is a duration that occurred.
package struct Percentiles: Sendable, Hashable {
  package var p50: Int64
  package var p95: Int64
  package var p99: Int64

  /// nil without durations.
  init?(_ durations: [Int64]) {
    if durations.isEmpty { return nil }
    let sorted = durations.sorted()
    func rank(_ percent: Int) -> Int64 { sorted[(sorted.count * percent + 99) / 100 - 1] }
    p50 = rank(50)
    p95 = rank(95)
    p99 = rank(99)
  }
}

package struct TimeSeriesPoint: Sendable, Hashable {
  package enum Value: Sendable, Hashable {
    case amount(Int64)
    case dollars(PicoDollars)
    /// nil: nothing ended in the interval.
    case percentiles(Percentiles?)
  }

  /// The beginning of the interval.
  package var time: UnixNanoseconds
  package var value: Value
}

/// Every interval from the first to the last in which a row ended, those between in which none did included.
package enum TimeSeries: Sendable {
  case points([TimeSeriesPoint])
  /// There would be more than `Limits.timeSeriesIntervalsMax`.
  case tooLong(intervals: UInt64)
}
