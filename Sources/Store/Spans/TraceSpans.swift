import Conversations
import OTLP

/// A span that may be a row, as its trace's outline has it. Confined to the closure that it is passed to.
struct OutlinedSpan {
  let view: SpanView
  /// Without texts.
  let facts: SpanFacts
  let outline: TraceOutline
  /// Among the spans of the outline.
  let index: Int

  init(_ index: Int, in view: TelemetryView, _ facts: SpanFacts, _ outline: TraceOutline) {
    self.view = view.span(index)
    self.facts = facts
    self.outline = outline
    self.index = index
  }

  /// Whether the value of the attribute at a place among the span's was left out: it is empty here.
  func isCut(attribute: Int) -> Bool { outline.isCut(attribute: attribute, ofSpan: index) }
}

/// Reads the spans that a trace shows: of each the version that stays, without those that only announced another.
struct TraceSpans {
  let reader: Reader
  let conventions: Conventions

  func forEach(of place: TracePlace, _ use: (OutlinedSpan) throws -> Void) throws {
    try reader.checkTime()
    let outline = try reader.payload.outline(ofTrace: place.key)
    try outline.material.telemetry.withView { view in
      let winners = try WinnerRule.winners(of: view)
      let facts = winners.map {
        SpanFacts(reading: view.span($0), logs: [], conventions: conventions, texts: false)
      }
      for index in Self.shown(facts) { try use(OutlinedSpan(winners[index], in: view, facts[index], outline)) }
    }
  }

  /// Indices of the facts.
  static func shown(_ facts: [SpanFacts]) -> [Int] {
    facts.contains { $0.isPending } ? SpanTree(facts).places.map(\.index) : Array(facts.indices)
  }
}
