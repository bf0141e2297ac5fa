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
  /// What the spans say, each message once, and which messages each of `telemetry.spans` says: for text search.
  let messages: [UInt64: SaidMessage]
  let digests: [[UInt64]]

  var bytes: Int { telemetry.body.count }

  /// - Parameter collector: where text search wants to know what the spans say.
  init(_ telemetry: DecodedTelemetry, conventions: Conventions, collector: MessageCollector?) {
    self.telemetry = telemetry
    (facts, logs, digests) = telemetry.withView { view in
      var digests: [[UInt64]] = []
      let facts = view.spans.indices.map { index in
        let facts = SpanFacts(
          reading: view.span(index), logs: [], conventions: conventions, collector: collector)
        if let collector { digests.append(collector.digests) }
        return facts
      }
      let logs = view.logs.indices.filter { index in
        view.logs[index].traceID != nil && view.logs[index].spanID != nil
          && carriesMessages(view.log(index), conventions: conventions)
      }
      return (facts, logs, digests)
    }
    messages = collector?.messages ?? [:]
  }
}
