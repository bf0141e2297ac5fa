package import OTLP
package import Telemetry

/// A trace with its payload at hand.
package struct LoadedTrace: Sendable {
  package var traceID: TraceID
  package var summary: TraceSummary
  package var facts: [SpanFacts]
  /// Of each span the version that counts, and its log records in their order.
  package var telemetry: DecodedTelemetry

  package init(traceID: TraceID, summary: TraceSummary, facts: [SpanFacts], telemetry: DecodedTelemetry) {
    self.traceID = traceID
    self.summary = summary
    self.facts = facts
    self.telemetry = telemetry
  }
}

/// A loaded trace with its spans found by their IDs.
struct IndexedTrace {
  let trace: LoadedTrace
  private let facts: [SpanID: Int]
  private let spans: [SpanID: Int]
  private let logs: [SpanID: [Int]]

  init(_ trace: LoadedTrace) {
    self.trace = trace
    facts = Dictionary(trace.facts.indices.map { (trace.facts[$0].spanID, $0) }) { first, _ in first }
    var spans: [SpanID: Int] = [:]
    for (index, span) in trace.telemetry.spans.enumerated() where span.traceID == trace.traceID {
      if spans[span.spanID] == nil { spans[span.spanID] = index }
    }
    self.spans = spans
    var logs: [SpanID: [Int]] = [:]
    for (index, log) in trace.telemetry.logs.enumerated() where log.traceID == trace.traceID {
      if let spanID = log.spanID { logs[spanID, default: []].append(index) }
    }
    self.logs = logs
  }

  func facts(of spanID: SpanID) -> SpanFacts? { facts[spanID].map { trace.facts[$0] } }

  /// The span with its log records, while the payload is pinned; nil when the trace has no such span.
  func withSpan<Result>(_ spanID: SpanID, _ use: (SpanView, [LogView]) -> Result) -> Result? {
    guard let index = spans[spanID] else { return nil }
    return trace.telemetry.withView { view in
      use(view.span(index), (logs[spanID] ?? []).map { view.log($0) })
    }
  }
}
