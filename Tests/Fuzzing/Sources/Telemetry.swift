import Conversations
import OTLP
import Telemetry

private let limits = Limits()
private let conventions = Conventions()

/// OTLP protobuf: what decodes has facts, turns and a summary that does not depend on order, and survives encoding.
@Sendable func fuzzProtobuf(_ input: [UInt8]) {
  guard let telemetry = try? DecodedTelemetry.decodeTraces(protobuf: input, requestProject: "p", limits: limits) else {
    return
  }
  derive(telemetry)
}

/// OTLP JSON: as protobuf; and the protobuf that it is transcoded to decodes.
@Sendable func fuzzJSON(_ input: [UInt8]) {
  guard let telemetry = try? DecodedTelemetry.decodeTraces(json: input, requestProject: nil, limits: limits) else {
    return
  }
  let again = try? DecodedTelemetry.decodeTraces(protobuf: telemetry.body, requestProject: nil, limits: limits)
  precondition(again?.spans.count == telemetry.spans.count, "transcoded spans do not decode")
  derive(telemetry)
}

/// Log records, in protobuf or, behind a brace, in JSON.
@Sendable func fuzzLogs(_ input: [UInt8]) {
  let isJSON = input.first == UInt8(ascii: "{")
  let decoded =
    isJSON
    ? try? DecodedTelemetry.decodeLogs(json: input, requestProject: nil, limits: limits)
    : try? DecodedTelemetry.decodeLogs(protobuf: input, requestProject: nil, limits: limits)
  guard let decoded else { return }
  decoded.withView { view in
    for index in view.logs.indices {
      let log = view.log(index)
      if let canonical = try? CanonicalEncoding.log(log) { precondition(!canonical.isEmpty) }
      _ = carriesMessages(log, conventions: conventions)
    }
  }
}

private func derive(_ telemetry: DecodedTelemetry) {
  telemetry.withView { view in
    var traces: [TraceID: [(facts: SpanFacts, index: Int)]] = [:]
    for index in view.spans.indices {
      let span = view.span(index)
      precondition((try? CanonicalEncoding.span(span)) != nil, "a decoded span has no canonical encoding")
      let facts = SpanFacts(reading: span, logs: [], conventions: conventions)
      _ = SpanTexts(span, logs: [], conventions: conventions)
      // The store holds each span once.
      if traces[view.spans[index].traceID]?.contains(where: { $0.facts.spanID == facts.spanID }) == true { continue }
      traces[view.spans[index].traceID, default: []].append((facts, index))
    }
    for (traceID, members) in traces {
      let facts = members.map(\.facts)
      guard let summary = TraceSummary(resolving: facts) else { preconditionFailure("spans without a summary") }
      precondition(TraceSummary(resolving: facts.reversed()) == summary, "the summary depends on the order of spans")
      var loaded = telemetry
      loaded.spans = members.map { telemetry.spans[$0.index] }
      let trace = LoadedTrace(traceID: traceID, summary: summary, facts: facts, telemetry: loaded)
      _ = turns(of: [trace], conventions: conventions)
    }
  }
}
