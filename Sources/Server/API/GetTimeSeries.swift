import Filters
import HummingbirdCore
import JSON
import Store
import Telemetry

/// `GET /api/v1/timeseries?metric=&interval=`: figures over time under the conditions of the lists. `sessions` counts
/// the rows of that list; the other metrics are over those of the list of traces: their number, the sums of their tokens,
/// costs and errors, the percentiles of their durations; so `filter` is one of sessions, or of traces. A row counts once,
/// in the interval in which it ended. Every interval from the first to the last of these is in the answer; one without a
/// row has the value 0, and no latency.
func getTimeSeries(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  let shown = try SeriesParameters.metric(query.take("metric"))
  let interval = try SeriesParameters.interval(query.take("interval"))
  var rows = ListQuestion(limit: 1)
  let list: FilteredList = shown.metric == .sessions ? .sessions : .traces
  try rows.readNarrowing(&query, of: list, limits: exchange.limits)
  try query.finish()
  let question = TimeSeriesQuestion(metric: shown.metric, interval: interval.nanoseconds, rows: rows)
  let series = try await exchange.askList { store throws(StoreError) in try await store.timeSeries(question) }
  switch series {
  case .tooLong(let count):
    let max = exchange.limits.timeSeriesIntervalsMax
    throw .invalidParameter(
      name: "interval",
      "The answer would have \(count) intervals, more than \(max): choose a longer one, or narrow it by from and to.")
  case .points(let points):
    return .json { json in
      json.member("metric", shown.name)
      json.member("interval", interval.name)
      json.key("data")
      json.beginArray()
      for point in points { json.point(point, percent: shown.percent) }
      json.endArray()
    }
  }
}

/// The words of the two parameters that time series have of their own.
private enum SeriesParameters {
  struct Metric {
    var name: String
    var metric: TimeSeriesMetric
    /// One percentile alone, as `value`.
    var percent: Int?
  }

  private static let metrics = [
    Metric(name: "sessions", metric: .sessions), Metric(name: "traces", metric: .traces),
    Metric(name: "tokens", metric: .tokens), Metric(name: "cost_usd", metric: .cost),
    Metric(name: "errors", metric: .errors), Metric(name: "latency", metric: .latency),
    Metric(name: "latency_p50", metric: .latency, percent: 50),
    Metric(name: "latency_p95", metric: .latency, percent: 95),
    Metric(name: "latency_p99", metric: .latency, percent: 99),
  ]

  private static let intervals: [(name: String, seconds: UInt64)] = [
    ("1m", 60), ("5m", 300), ("15m", 900), ("1h", 3_600), ("6h", 21_600), ("1d", 86_400), ("7d", 604_800),
    ("30d", 2_592_000),
  ]

  static func metric(_ text: String?) throws(Failure) -> Metric {
    if let metric = metrics.first(where: { $0.name == text }) { return metric }
    let names = metrics.map(\.name).joined(separator: ", ")
    throw .invalidParameter(
      name: "metric", "\(text == nil ? "It is missing. It is one" : "The value is none") of \(names).")
  }

  static func interval(_ text: String?) throws(Failure) -> (name: String, nanoseconds: UInt64) {
    if let interval = intervals.first(where: { $0.name == text }) {
      return (interval.name, interval.seconds * 1_000_000_000)
    }
    let names = intervals.map(\.name).joined(separator: ", ")
    throw .invalidParameter(
      name: "interval", "\(text == nil ? "It is missing. It is one" : "The value is none") of \(names).")
  }
}
