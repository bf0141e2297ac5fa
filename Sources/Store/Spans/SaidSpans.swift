import Conversations
import OTLP
import Telemetry

/// The spans of a trace that say what a text query finds: in what went in or came out, histories included, or in log
/// records of theirs. The index knows only which traces do: the payload is read. A span that only announced another
/// stands for the other, its parent.
struct SaidSpans {
  private var spans: Set<SpanID> = []

  init(_ matches: SearchMatches, of place: TracePlace, _ spans: TraceSpans) throws {
    let digests = try matches.digests(ofTrace: place.key)
    if digests.isEmpty { return }
    let payload = spans.reader.payload
    let collector = MessageCollector(bytesMax: payload.limits.searchedMessageBytesMax)
    let telemetry = try payload.material(ofTrace: place.id, key: place.key).telemetry
    try telemetry.withView { view in
      var logs: [SpanID: [LogView]] = [:]
      for index in try TraceFacts.orderedLogs(view) {
        if let spanID = view.logs[index].spanID { logs[spanID, default: []].append(view.log(index)) }
      }
      for index in try WinnerRule.winners(of: view) {
        let facts = SpanFacts(
          reading: view.span(index), logs: logs[view.spans[index].spanID] ?? [], conventions: spans.conventions,
          collector: collector)
        guard collector.digests.contains(where: digests.contains) else { continue }
        self.spans.insert(facts.spanID)
        if facts.isPending, let parent = facts.parentSpanID { self.spans.insert(parent) }
      }
    }
  }

  func contains(_ span: SpanID) -> Bool { spans.contains(span) }
}
