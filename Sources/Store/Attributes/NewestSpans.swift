import Conversations
import Telemetry

/// The spans that counts of attributes are made from: those of the traces that ended last, whole traces, as many as
/// `Limits.attributeSpansMax` lets in and at least one. So the counts depend on what is stored, not on when it is asked.
struct NewestSpans {
  private(set) var examined: Int64 = 0
  private(set) var isComplete = true

  /// Calls `use` with each of them that is under the question's conditions; ends when `isFull` says after a trace that
  /// no more can be taken in.
  init(
    _ question: ListQuestion, _ spans: TraceSpans, max: Int, isFull: () -> Bool,
    _ use: (OutlinedSpan) throws -> Void
  ) throws {
    let selection = try SpanSelection(question, spans)
    var walk = TraceWalk(spans.reader.database, selection.ofTraces, .latestEnd)
    while let place = try walk.next() {
      if examined > 0, isFull() || examined + place.spanCount > Int64(max) {
        isComplete = false
        return
      }
      examined += place.spanCount
      try selection.forEach(of: place, use)
    }
  }
}
