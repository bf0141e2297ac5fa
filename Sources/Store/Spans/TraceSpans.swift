import Conversations
import OTLP

/// Reads the spans that a trace shows: of each the version that stays, without those that only announced another.
struct TraceSpans {
  let reader: Reader
  let conventions: Conventions

  /// Calls `use` with each span of the trace and with its facts; texts are no part of them.
  func forEach(of place: TracePlace, _ use: (SpanView, SpanFacts) throws -> Void) throws {
    try reader.checkTime()
    let outline = try reader.payload.outline(ofTrace: place.key)
    try outline.material.telemetry.withView { view in
      let winners = try WinnerRule.winners(of: view)
      let facts = winners.map {
        SpanFacts(reading: view.span($0), logs: [], conventions: conventions, texts: false)
      }
      for index in Self.shown(facts) { try use(view.span(winners[index]), facts[index]) }
    }
  }

  /// Indices of the facts.
  static func shown(_ facts: [SpanFacts]) -> [Int] {
    facts.contains { $0.isPending } ? SpanTree(facts).places.map(\.index) : Array(facts.indices)
  }
}
