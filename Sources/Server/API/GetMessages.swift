import Conversations
import HummingbirdCore
import JSON
import OTLP
import Store
import Telemetry

/// `GET /api/v1/sessions/{id}/messages`: the transcript, each message once, with the span that it came from.
func getSessionMessages(_ exchange: Exchange) async throws(Failure) -> Response {
  let id = try exchange.sessionID()
  var query = try Query(exchange.target.query)
  let limit = try query.limit(exchange.limits)
  let place = try query.take("cursor").map(MessagePlace.init(cursor:))
  let wantsTotal = try query.flag("total") ?? false
  try query.finish()
  let transcript = try await exchange.transcript(
    of: id, PagedTranscript(behind: place, limit: limit, isWhole: wantsTotal))
  return .json { json in
    json.key("data")
    json.beginArray()
    for message in transcript.page { json.row(message) }
    json.endArray()
    json.member("next_cursor", transcript.next?.cursor)
    if wantsTotal { json.member("total", Int64(transcript.count)) }
  }
}

extension Exchange {
  /// Traces that are in memory at once.
  private static let tracesAtOnce = 16

  /// Reads a session into a transcript until that is full. A call, which may carry the whole history once more, is let
  /// go as soon as its messages are merged.
  fileprivate func transcript(
    of id: SessionID, _ empty: PagedTranscript
  ) async throws(Failure) -> PagedTranscript {
    var transcript = empty
    var queue = CallQueue()
    var next: TurnTracePlace?
    repeat {
      let from = next
      let found = try await ask { store throws(StoreError) in
        try await store.traces(ofSession: id, from: from, limit: Self.tracesAtOnce)
      }
      guard let (_, page) = found else { throw .noSession }
      for trace in page.traces { queue.calls += trace.calls(site.configuration.conventions) }
      next = page.nextTrace
      // Traces come by their start: no later one has a call before the last trace's.
      let end = next == nil ? nil : page.traces.last?.row.startTime
      for call in queue.take(before: end) where !transcript.isFull { transcript.add(call) }
    } while next != nil && !transcript.isFull
    return transcript
  }
}

/// Calls of traces that overlap in time, to be taken in the transcript's order.
private struct CallQueue {
  var calls: [TranscriptCall] = []

  /// The calls that began before `end`, all of them without one, in order.
  mutating func take(before end: UnixNanoseconds?) -> [TranscriptCall] {
    let isDue = { (call: TranscriptCall) in end.map { call.startTime < $0 } ?? true }
    let due = calls.filter(isDue)
    calls.removeAll(where: isDue)
    return due.sorted { CallPlace($0) < CallPlace($1) }
  }
}

extension StoredTrace {
  /// The calls of its turns; of a turn without any, the spans that its texts are from.
  fileprivate func calls(_ conventions: Conventions) -> [TranscriptCall] {
    var wanted: Set<SpanID> = []
    for turn in summary.turns {
      let texts = [turn.humanSpanID, turn.aiSpanID].compactMap { $0 }
      wanted.formUnion(turn.callSpanIDs.isEmpty ? texts : turn.callSpanIDs)
    }
    return telemetry.withView { view in
      var logs: [SpanID: [LogView]] = [:]
      for index in view.logs.indices {
        if let id = view.logs[index].spanID, wanted.contains(id) { logs[id, default: []].append(view.log(index)) }
      }
      return view.spans.indices.filter { wanted.contains(view.spans[$0].spanID) }.map { index in
        let span = view.span(index)
        let texts = SpanTexts(span, logs: logs[span.ref.spanID] ?? [], conventions: conventions)
        return TranscriptCall(
          traceID: row.id, spanID: span.ref.spanID, startTime: span.ref.startTime,
          messages: texts.messages.completed(by: texts.own))
      }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func row(_ message: TranscriptMessage) {
    beginObject()
    member("index", Int64(message.index))
    members(message.message)
    member("trace_id", message.traceID.hex)
    member("span_id", message.spanID.hex)
    endObject()
  }
}
