import HTTPTypes
import HummingbirdCore
import NIOCore
import Store
import Telemetry

/// `GET /api/v1/events`: sessions and traces as commits change them, as server-sent events. An event's ID is the number
/// of the change; `Last-Event-ID` goes on behind it, across restarts too.
func getEvents(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  let filter = EventFilter(
    project: try query.take("project").map(ProjectName.init), session: try query.sessionID("session_id"))
  let asked = try exchange.lastEventID(try query.take("last_event_id"))
  try query.finish()
  guard let slot = exchange.site.events.take() else {
    throw .overloaded("\(exchange.site.events.max) event streams are open already, which is the most.")
  }
  // Before the answer begins, so that what is sent after its head is not missed.
  let position: Int64
  if let asked {
    position = asked
  } else {
    position = try await exchange.ask { store throws(StoreError) in try await store.changes(after: nil, limit: 0) }
      .position
  }
  return Response(
    status: .ok,
    headers: [
      .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
    ],
    body: ResponseBody { writer in
      var stream = EventStream(exchange, filter, from: position)
      try await stream.run(&writer)
      _ = slot
      try await writer.finish(nil)
    })
}

/// Which events a reader wants. Of what is deleted nothing is known but its ID, so that every reader is told.
struct EventFilter: Sendable {
  var project: ProjectName?
  var session: SessionID?

  func admits(_ change: CommittedChange) -> Bool {
    switch change.subject {
    case .session(let row): admits(row.project) && (session == nil || session == row.id)
    case .trace(let row): admits(row.project) && (session == nil || session == row.sessionID)
    case .deleted(.session(let id)): session == nil || session == id
    case .deleted(.trace): true
    }
  }

  private func admits(_ name: ProjectName) -> Bool { project.map { $0 == name } ?? true }
}

extension Exchange {
  /// The parameter is for readers that can't set a header; the header is the browser's, which knows later.
  fileprivate func lastEventID(_ parameter: String?) throws(Failure) -> Int64? {
    let header = request.headers[.lastEventID]?.trimmingSpace
    for (name, text) in [("Last-Event-ID", header.map(String.init)), ("last_event_id", parameter)] {
      guard let text, !text.isEmpty else { continue }
      guard let number = Int64(text), number >= 0 else {
        throw .invalidParameter(name: name, "The value is no ID of an event.")
      }
      return number
    }
    return nil
  }
}

extension Query {
  fileprivate mutating func sessionID(_ name: String) throws(Failure) -> SessionID? {
    guard let text = try take(name) else { return nil }
    guard let id = SessionID(uuid: text) else {
      throw .invalidParameter(name: name, "The value is no session ID: a UUID of 36 characters.")
    }
    return id
  }
}

extension HTTPField.Name {
  fileprivate static let lastEventID = HTTPField.Name("Last-Event-ID") ?? .expect
}
