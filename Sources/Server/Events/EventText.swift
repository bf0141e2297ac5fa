import Conversations
import JSON
import Store
import Telemetry

/// Server-sent events as they stand on the wire. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
struct EventText {
  private(set) var bytes: [UInt8] = []

  var isEmpty: Bool { bytes.isEmpty }

  /// Something for the connection to carry, which no reader sees.
  mutating func comment() { append(":\n\n") }

  /// Without data it is no event: it only tells the reader where to go on.
  mutating func position(_ number: Int64) { append("id: \(number)\n\n") }

  mutating func reset(_ number: Int64) { event("reset", number) { _ in } }

  mutating func add(_ change: CommittedChange) {
    switch change.subject {
    case .session(let row): event("session", change.number) { $0.members(row, whole: false) }
    case .trace(let row): event("trace", change.number) { $0.members(row, whole: false) }
    case .deleted(.session(let id)): event("deleted", change.number) { $0.member("session_id", id.uuid) }
    case .deleted(.trace(let id)): event("deleted", change.number) { $0.member("trace_id", id.hex) }
    }
  }

  /// JSON holds no line break, so the data is one line.
  private mutating func event(_ name: String, _ number: Int64, _ write: (inout JSONWriter) -> Void) {
    var json = JSONWriter(capacity: 512)
    json.beginObject()
    write(&json)
    json.endObject()
    append("event: \(name)\nid: \(number)\ndata: ")
    bytes.append(contentsOf: json.bytes)
    append("\n\n")
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
