import Conversations
import OTLP
import Telemetry

/// Everything that several requests hold, trace by trace, without a store.
struct Traces {
  private(set) var facts: [TraceID: [SpanFacts]] = [:]
  private(set) var telemetry: [TraceID: DecodedTelemetry] = [:]

  init(_ requests: [DecodedTelemetry], conventions: Conventions = .shipped) {
    for request in requests {
      request.withView { view in
        for index in view.spans.indices {
          let span = view.span(index)
          telemetry[span.ref.traceID] = request
          Self.withLogs(of: span, requests) { logs in
            facts[span.ref.traceID, default: []].append(
              SpanFacts(reading: span, logs: logs, conventions: conventions))
          }
        }
      }
    }
  }

  /// Log records of the same request or of the others that hold no spans.
  private static func withLogs(of span: SpanView, _ requests: [DecodedTelemetry], _ use: ([LogView]) -> Void) {
    let holder = requests.first { request in
      request.logs.contains { $0.spanID == span.ref.spanID && $0.traceID == span.ref.traceID }
    }
    guard let holder else { return use([]) }
    holder.withView { view in
      let logs = view.logs.indices.filter {
        view.logs[$0].spanID == span.ref.spanID && view.logs[$0].traceID == span.ref.traceID
      }
      use(logs.map { view.log($0) })
    }
  }

  func summary(_ traceID: TraceID) -> TraceSummary? { facts[traceID].flatMap { TraceSummary(resolving: $0) } }

  var summaries: [(TraceID, TraceSummary)] {
    facts.compactMap { traceID, facts in TraceSummary(resolving: facts).map { (traceID, $0) } }
      .sorted { a, b in a.1.startTime == b.1.startTime ? a.0 < b.0 : a.1.startTime < b.1.startTime }
  }

  /// The traces of a session in order, each call counted in one of them.
  func traces(ofSession name: String) -> [(TraceID, TraceSummary)] {
    let traces = summaries.filter { $0.1.session?.value.text == name }
    let duplicates = SessionSummary.duplicateCalls(in: traces.map { ($0.0, $0.1.calls) })
    return traces.compactMap { traceID, _ in
      TraceSummary(resolving: facts[traceID] ?? [], duplicateCalls: duplicates[traceID] ?? []).map { (traceID, $0) }
    }
  }

  func session(_ name: String) -> SessionSummary? { SessionSummary.fold(traces(ofSession: name)) }

  func turns(ofSession name: String) -> [Turn] {
    let loaded = traces(ofSession: name).compactMap { traceID, summary in
      telemetry[traceID].map {
        LoadedTrace(traceID: traceID, summary: summary, facts: facts[traceID] ?? [], telemetry: $0)
      }
    }
    return turnsOf(loaded)
  }
}

private func turnsOf(_ traces: [LoadedTrace]) -> [Turn] { turns(of: traces, conventions: .shipped) }
