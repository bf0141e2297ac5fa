import Conversations
import Filters
import OTLP
import Telemetry

/// What a list's filter asks beyond the rows of traces.
struct SpanFilter {
  let expression: FilterExpression
  let asksTraces: Bool

  /// nil where nothing is left to ask.
  init?(_ filter: Filter?) {
    guard let parts = filter?.expression.conjuncts.filter({ !$0.asksTracesAlone }), !parts.isEmpty else { return nil }
    expression = .all(parts)
    asksTraces = expression.asksTraces
  }
}

/// Asks a filter of the spans of one trace. Confined to the closure that its spans are passed to.
struct TraceFilter {
  private let filter: SpanFilter
  private let place: TracePlace
  private let spans: TraceSpans
  /// The trace's row, once a span was asked for what it has from it.
  private var trace: FoundTrace?
  private var evaluation: FilterEvaluation?
  /// Of all spans of the trace those that satisfy the filter, read whole once one could not be decided without.
  private var accepted: Set<SpanID>?

  init(_ filter: SpanFilter, _ place: TracePlace, _ spans: TraceSpans) {
    self.filter = filter
    self.place = place
    self.spans = spans
  }

  mutating func accepts(_ span: OutlinedSpan) throws -> Bool {
    if let accepted { return accepted.contains(span.facts.spanID) }
    if filter.asksTraces, trace == nil { trace = try FoundTrace.find(place.id, in: spans.reader.database) }
    let outline = span.outline
    var evaluation =
      self.evaluation
      ?? FilterEvaluation(span.view.source, spans.conventions) { outline.isCut(attribute: $0, ofSpan: $1) }
    let verdict = verdict(span.index, span.view, span.facts, &evaluation)
    self.evaluation = evaluation
    if verdict != .open { return verdict == .yes }
    let accepted = try readWhole()
    self.accepted = accepted
    return accepted.contains(span.facts.spanID)
  }

  private func verdict(
    _ index: Int, _ span: SpanView, _ facts: SpanFacts, _ evaluation: inout FilterEvaluation
  ) -> FilterVerdict {
    filter.expression.verdict(
      row: { facts.value(of: $0, span, place.id, trace) },
      span: { evaluation.verdict($0, $1, ofSpan: index) })
  }

  private func readWhole() throws -> Set<SpanID> {
    try spans.reader.payload.spans(ofTrace: place.key).telemetry.withView { view in
      var evaluation = FilterEvaluation(view, spans.conventions) { _, _ in false }
      var accepted: Set<SpanID> = []
      for index in try WinnerRule.winners(of: view) {
        let span = view.span(index)
        let facts = SpanFacts(reading: span, logs: [], conventions: spans.conventions, texts: false)
        if verdict(index, span, facts, &evaluation) == .yes { accepted.insert(facts.spanID) }
      }
      return accepted
    }
  }
}

extension SpanFacts {
  /// A field of the span's row, as the API shows it.
  fileprivate func value(of field: RowField, _ span: SpanView, _ traceID: TraceID, _ trace: FoundTrace?) -> RowValue {
    switch field {
    case .traceID: .bytes(traceID.bytes)
    case .project: RowValue(trace?.entry.project.text)
    case .sessionID: trace?.sessionID.map { .bytes($0.bytes) } ?? .absent
    case .sessionName: RowValue(trace?.entry.session?.text)
    case .userID: RowValue(trace?.entry.user?.text)
    case .spanID: .bytes(spanID.bytes)
    case .parentSpanID: parentSpanID.map { .bytes($0.bytes) } ?? .absent
    case .name: .text(name)
    case .kind: .text(kind.name)
    case .spanKind: .text(SpanWords.kind(span.ref.kind))
    case .startTime: .time(startTime)
    case .endTime: .time(endTime)
    case .duration: RowValue(from: startTime, to: endTime)
    case .status: RowValue(RowStatus(self))
    case .statusCode: .text(SpanWords.status(statusCode))
    case .statusMessage: .text(TextPreview(of: statusMessage)?.text ?? "")
    case .model: RowValue(model)
    case .service: RowValue(serviceName)
    case .tags: .texts(ownTags)
    default: RowValue(usage: field, usage, cost)
    }
  }
}
