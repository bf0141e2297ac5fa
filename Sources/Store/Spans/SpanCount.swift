import Conversations
import SQLite
import Telemetry

/// How many spans a question has. Rows know how many spans, and how many errors, a trace has: only where something else
/// is asked of the span itself is every trace read; where only times are, those that reach out of the range.
enum SpanCount {
  static func count(_ question: ListQuestion, _ spans: TraceSpans) throws -> Int64 {
    let selection = try SpanSelection(question, spans)
    guard selection.asksOnlyForTimes || selection.asksOnlyForErrors else {
      return try count(selection.ofTraces, selection)
    }
    let (inside, across) = split(selection.ofTraces, question)
    let sum = try spans.reader.database.statement("sum_trace_spans", conditions: inside)
    guard try sum.step() else { return 0 }
    let inRows = sum.integer(selection.asksOnlyForErrors ? 1 : 0)
    sum.reset()
    return inRows + (try across.map { try count($0, selection) } ?? 0)
  }

  private static func count(_ ofTraces: Conditions, _ selection: SpanSelection) throws -> Int64 {
    var count: Int64 = 0
    var walk = TraceWalk(selection.spans.reader.database, ofTraces, .byKey)
    while let place = try walk.next() {
      try selection.forEach(of: place) { _ in count += 1 }
    }
    return count
  }

  /// The traces all of whose spans lie in the range, and the others; no others without a range.
  private static func split(_ ofTraces: Conditions, _ question: ListQuestion) -> (Conditions, across: Conditions?) {
    if question.from == nil, question.to == nil { return (ofTraces, nil) }
    let mark = Conditions.Value.integer(FindingKind.reversedSpanMark)
    let from = Conditions.Value.integer(question.from?.stored ?? .min)
    let to = Conditions.Value.integer(question.to?.stored ?? .max)
    return (
      ofTraces.adding("t.start_time >= ? AND t.end_time <= ? AND t.findings < ?", from, to, mark),
      ofTraces.adding("(t.start_time < ? OR t.end_time > ? OR t.findings >= ?)", from, to, mark)
    )
  }
}
