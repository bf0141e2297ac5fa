import Conversations
import SQLite
import Telemetry

/// Chooses the spans that are rows of a list: traces by their rows, then each of their spans for itself.
struct SpanSelection {
  let spans: TraceSpans
  /// What is true of every trace that has such a span, as its row tells: no trace without it need be read.
  let ofTraces: Conditions
  private let conditions: SpanConditions
  private let filter: SpanFilter?
  private let sieve: SpanSieve?
  private let matches: SearchMatches?

  init(_ question: ListQuestion, _ spans: TraceSpans) throws {
    self.spans = spans
    let database = spans.reader.database
    conditions = SpanConditions(question)
    filter = SpanFilter(question.filter)
    sieve = filter.flatMap { SpanSieve($0.expression, spans.reader) }
    matches = try question.text.map { try SearchMatches($0, database, spans.reader.payload.limits) }
    var ofTraces = try Self.ofTraces(question, Lookups(database: database))
    if let matches { ofTraces.add("t.trace_key", isAmong: try matches.traces()) }
    self.ofTraces = ofTraces
  }

  /// A trace's row counts each model call once, and names the models of its calls only: neither tokens nor model of the
  /// row say anything about those of a single span.
  private static func ofTraces(_ question: ListQuestion, _ lookups: Lookups) throws -> Conditions {
    var wider = question
    wider.status = nil
    wider.model = nil
    wider.minTokens = nil
    var conditions = try TraceList.conditions(wider, lookups)
    if question.status == .error { conditions.add("t.error_count > 0") }
    return conditions
  }

  /// Nothing is asked of the span itself but its times.
  var asksOnlyForTimes: Bool { conditions.askOnlyForTimes && filter == nil && matches == nil }

  /// Spans with status ERROR are all that is asked for, but for times.
  var asksOnlyForErrors: Bool { conditions.askOnlyForErrors && filter == nil && matches == nil }

  /// Calls `use` with each span of a trace that is a row of the list. The trace is one of `ofTraces`.
  func forEach(of place: TracePlace, _ use: (OutlinedSpan) throws -> Void) throws {
    if let sieve, try !sieve.mayHold(sieve.mask(ofTrace: place.key)) { return }
    var filtering = filter.map { TraceFilter($0, place, spans) }
    var said: SaidSpans?
    try spans.forEach(of: place) { span in
      guard conditions.hold(span), try filtering?.accepts(span) ?? true else { return }
      if let matches {
        let found = try said ?? SaidSpans(matches, of: place, spans)
        said = found
        if !found.contains(span.facts.spanID) { return }
      }
      try use(span)
    }
  }
}
