import Store

/// Writes metrics for a scraper. Source: Prometheus text-based exposition format 0.0.4.
struct PrometheusText {
  enum Kind: String { case counter, gauge, histogram }

  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private(set) var text = ""

  /// One metric without labels. `help` holds neither a backslash nor a line end.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Int64) {
    head(name, kind, help)
    text += "\(name) \(value)\n"
  }

  /// One metric with a value for each value of a label; label values are words of Steno's own.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, by label: String, _ values: [(String, Int64)]) {
    head(name, kind, help)
    for (word, value) in values { text += "\(name){\(label)=\"\(word)\"} \(value)\n" }
  }

  /// A histogram in seconds. Source: buckets are cumulative, and the last one is +Inf.
  mutating func add(_ name: String, _ help: String, _ counts: LatencyHistogram.Counts) {
    head(name, .histogram, help)
    var sum: Int64 = 0
    for (bound, count) in zip(LatencyHistogram.boundsMilliseconds, counts.within) {
      sum += count
      text += "\(name)_bucket{le=\"\(Double(bound) / 1_000)\"} \(sum)\n"
    }
    text += "\(name)_bucket{le=\"+Inf\"} \(counts.count)\n"
    text += "\(name)_sum \(Double(counts.nanoseconds) / 1e9)\n\(name)_count \(counts.count)\n"
  }

  private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }
}
