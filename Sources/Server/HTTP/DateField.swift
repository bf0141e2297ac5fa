import Synchronization
import Telemetry

/// The value of the header field `Date`, written once a second. Source: RFC 9110 §6.6.1.
final class DateField: Sendable {
  private let clock: @Sendable () -> UnixNanoseconds
  private let written = Mutex<(second: UInt64, text: String)>((.max, ""))

  init(clock: @escaping @Sendable () -> UnixNanoseconds) { self.clock = clock }

  var text: String {
    let now = clock()
    let second = now.value / 1_000_000_000
    return written.withLock { written in
      if written.second != second { written = (second, now.httpDate) }
      return written.text
    }
  }
}
