import Conversations
import HummingbirdCore
import JSON
import Store
import Telemetry

/// `GET /api/v1/sessions/{id}/conversation`: the session's row and a page of its turns, in order.
func getSessionConversation(_ exchange: Exchange) async throws(Failure) -> Response {
  let id = try exchange.sessionID()
  var query = try Query(exchange.target.query)
  let limit = try query.limit(exchange.limits)
  let place = try query.take("cursor").map(TurnPlace.init(cursor:)) ?? .start
  let wantsTotal = try query.flag("total") ?? false
  try query.finish()
  let (session, page) = try await exchange.turns(of: id, from: place, limit: limit)
  return .json { json in
    json.key("session")
    json.row(session)
    json.turns(page.turns, next: page.next?.cursor)
    if wantsTotal { json.member("total", session.turnCount) }
  }
}

/// `GET /api/v1/traces/{trace_id}/conversation`: the turns of one trace, with or without a session.
func getTraceConversation(_ exchange: Exchange) async throws(Failure) -> Response {
  try exchange.refuseParameters()
  let id = try exchange.traceID()
  let found = try await exchange.ask { store throws(StoreError) in try await store.trace(id) }
  guard let trace = found else { throw .noTrace }
  let turns = turns(of: [LoadedTrace(trace)], conventions: exchange.site.configuration.conventions)
  return .json { json in
    json.key("trace")
    json.row(trace.row)
    json.turns(turns, next: nil)
  }
}

extension Exchange {
  /// A page of a session's turns, and the session's row.
  /// A turn over more traces than were read is rare: then they are read again, four times as many.
  func turns(
    of id: SessionID, from place: TurnPlace, limit: Int
  ) async throws(Failure) -> (SessionRow, TurnPage) {
    var wanted = limit + 1
    while true {
      let asked = wanted
      let found = try await ask { store throws(StoreError) in
        try await store.traces(ofSession: id, from: place.trace, limit: asked)
      }
      guard let (session, stored) = found else { throw .noSession }
      let page = TurnPage(
        stored.traces.map(LoadedTrace.init), from: place, firstIndex: Int(clamping: stored.turnsBefore) + 1,
        limit: limit, endsSession: stored.nextTrace == nil, conventions: site.configuration.conventions)
      if let page { return (session, page) }
      wanted = 4 * max(stored.traces.count, wanted)
    }
  }
}

extension JSONWriter {
  fileprivate mutating func turns(_ turns: [Turn], next: String?) {
    key("data")
    beginArray()
    for turn in turns { self.turn(turn) }
    endArray()
    member("next_cursor", next)
  }
}

extension TurnPlace {
  private static let order = Sort(key: .startTime, descending: false)

  var cursor: String {
    CursorText.encode(
      Cursor(
        sort: Self.order, value: trace?.startTime.stored, id: (trace?.id.bytes ?? []) + Array(String(skip).utf8)),
      of: .conversation)
  }

  init(cursor text: String) throws(Failure) {
    guard let cursor = CursorText.decode(text, of: .conversation, sort: Self.order), let start = cursor.value,
      let id = TraceID(bytes: cursor.id.prefix(16)),
      let skip = Int(String(decoding: cursor.id.dropFirst(16), as: UTF8.self)), skip >= 0
    else { throw .invalidParameter(name: "cursor", "The value is no cursor of a conversation.") }
    self.init(trace: TurnTracePlace(startTime: UnixNanoseconds(stored: start), id: id), skip: skip)
  }
}
