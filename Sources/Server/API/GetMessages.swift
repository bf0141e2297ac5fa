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
  let start = try query.take("cursor").map(MessagePlace.decode) ?? 0
  try query.finish()
  let messages = transcript(of: try await exchange.calls(of: id))
  let page = messages.dropFirst(start).prefix(limit)
  return .json { json in
    json.key("data")
    json.beginArray()
    for message in page { json.row(message) }
    json.endArray()
    json.member("next_cursor", page.endIndex < messages.count ? MessagePlace.encode(page.endIndex) : nil)
  }
}

extension Exchange {
  /// Traces that are in memory at once.
  private static let tracesAtOnce = 64

  /// The model calls of a session, in the order of its turns.
  fileprivate func calls(of id: SessionID) async throws(Failure) -> [TranscriptCall] {
    var calls: [TranscriptCall] = []
    var next: Int64? = 0
    while let from = next {
      let found = try await ask { store throws(StoreError) in
        try await store.traces(ofSession: id, from: from, limit: Self.tracesAtOnce)
      }
      guard let (_, page) = found else { throw .noSession }
      for trace in page.traces { calls += trace.calls(site.configuration.conventions) }
      next = page.nextTrace
    }
    return calls
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
      view.spans.indices.filter { wanted.contains(view.spans[$0].spanID) }.map { index in
        let span = view.span(index)
        let messages = readMessages(span, logs: view.logs(of: span.ref.spanID), conventions: conventions)
        let own = readOwnText(span, messages: messages, conventions: conventions)
        return TranscriptCall(
          traceID: row.id, spanID: span.ref.spanID, startTime: span.ref.startTime,
          messages: messages.completed(by: own))
      }
    }
  }
}

/// A page of messages starts behind so many of them.
private enum MessagePlace {
  private static let order = Sort(key: .startTime, descending: false)

  static func encode(_ count: Int) -> String {
    CursorText.encode(Cursor(sort: order, value: Int64(count), id: []), of: .messages)
  }

  static func decode(_ text: String) throws(Failure) -> Int {
    guard let value = CursorText.decode(text, of: .messages, sort: order)?.value, value >= 0 else {
      throw .invalidParameter(name: "cursor", "The value is no cursor of a transcript.")
    }
    return Int(clamping: value)
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
