import Conversations
import OTLP
import Telemetry

/// A request as the writer takes it: decoded, its spans' facts read. That happens on the caller's thread, so that only
/// packing, rows and the commit are left to the one writer. A class, so that handing it on span by span copies nothing.
final class PreparedRequest: Sendable {
  let telemetry: DecodedTelemetry
  /// One for each of `telemetry.spans`.
  let facts: [SpanFacts]
  /// Message-bearing log records, as indices of `telemetry.logs`.
  let logs: [Int]

  var bytes: Int { telemetry.body.count }

  init(_ telemetry: DecodedTelemetry, conventions: Conventions) {
    self.telemetry = telemetry
    (facts, logs) = telemetry.withView { view in
      let facts = view.spans.indices.map { index in
        SpanFacts(reading: view.span(index), logs: [], conventions: conventions)
      }
      let logs = view.logs.indices.filter { index in
        view.logs[index].traceID != nil && view.logs[index].spanID != nil
          && carriesMessages(view.log(index), conventions: conventions)
      }
      return (facts, logs)
    }
  }
}
