import Conversations
import JSON
import Store
import Telemetry

extension JSONWriter {
  /// Latencies in milliseconds; `percent`: only that percentile, as `value`.
  mutating func point(_ point: TimeSeriesPoint, percent: Int?) {
    beginObject()
    member("time", point.time)
    switch point.value {
    case .amount(let amount): member("value", amount)
    case .dollars(let dollars): member("value", dollars)
    case .percentiles(let all):
      switch percent {
      case 50: latency("value", all?.p50)
      case 95: latency("value", all?.p95)
      case 99: latency("value", all?.p99)
      default:
        latency("p50", all?.p50)
        latency("p95", all?.p95)
        latency("p99", all?.p99)
      }
    }
    endObject()
  }

  private mutating func latency(_ key: String, _ nanoseconds: Int64?) {
    self.key(key)
    if let nanoseconds { double(Double(nanoseconds) / 1e6) } else { null() }
  }
}
