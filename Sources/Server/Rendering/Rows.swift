import Conversations
import JSON
import Store
import Telemetry

extension JSONWriter {
  mutating func row(_ row: ProjectRow) {
    beginObject()
    member("name", row.name.text)
    member("session_count", row.sessionCount)
    member("trace_count", row.traceCount)
    member("span_count", row.spanCount)
    member("first_seen", row.firstSeen)
    member("last_seen", row.lastSeen)
    endObject()
  }

  mutating func row(_ row: SessionRow) {
    beginObject()
    members(row)
    endObject()
  }

  /// Not `whole`: without texts and lists, as events carry the row.
  mutating func members(_ row: SessionRow, whole: Bool = true) {
    member("id", row.id.uuid)
    member("name", row.name.text)
    member("project", row.project.text)
    member("display_name", row.displayName)
    member("bookmarked", row.bookmarked)
    member("trace_count", row.traceCount)
    member("turn_count", row.turnCount)
    member("span_count", row.spanCount)
    member("error_count", row.errorCount)
    times(row.startTime, row.endTime)
    if whole {
      member("first_message", row.firstMessage)
      member("last_message", row.lastMessage)
      member("first_reply", row.firstReply)
      member("last_reply", row.lastReply)
    }
    member("user_id", row.userID?.text)
    if whole { member("user_ids", row.userIDs.map(\.text)) }
    member("tokens", row.tokens)
    member("cost_usd", row.cost)
    member("status", row.status.text)
    guard whole else { return }
    member("models", row.models)
    member("tags", row.tags)
    member("services", row.services)
    member("warnings", row.warnings)
  }

  mutating func row(_ row: TraceRow) {
    beginObject()
    members(row)
    endObject()
  }

  /// Not `whole`: without texts and lists, as events carry the row.
  mutating func members(_ row: TraceRow, whole: Bool = true) {
    member("trace_id", row.id.hex)
    member("project", row.project.text)
    member("session_id", row.sessionID?.uuid)
    member("session_name", row.sessionName?.text)
    member("user_id", row.userID?.text)
    member("name", row.name)
    if whole {
      member("input", row.input)
      member("output", row.output)
    }
    times(row.startTime, row.endTime)
    member("status", row.status.text)
    member("model", row.model)
    if whole {
      member("models", row.models)
      member("services", row.services)
    }
    member("tokens", row.tokens)
    member("cost_usd", row.cost)
    member("span_count", row.spanCount)
    member("error_count", row.errorCount)
    guard whole else { return }
    member("tags", row.tags)
    member("metadata", json: row.metadata, fallback: "{}")
  }

  mutating func row(_ row: UserRow) {
    beginObject()
    members(row)
    endObject()
  }

  mutating func members(_ row: UserRow) {
    member("user_id", row.id.text)
    member("project", row.project.text)
    member("session_count", row.sessionCount)
    member("trace_count", row.traceCount)
    member("tokens", row.tokens)
    member("cost_usd", row.cost)
    member("first_seen", row.firstSeen)
    member("last_seen", row.lastSeen)
  }

  /// `data`, `next_cursor` and, where it was asked for, `total`.
  mutating func page<Row>(_ page: Page<Row>, of list: CursorText.List, _ write: (inout JSONWriter, Row) -> Void) {
    key("data")
    beginArray()
    for row in page.rows { write(&self, row) }
    endArray()
    member("next_cursor", page.next.map { CursorText.encode($0, of: list) })
    if let total = page.total { member("total", total) }
  }
}

extension RowStatus {
  /// The word of the contract.
  var text: String {
    switch self {
    case .ok: "ok"
    case .error: "error"
    case .pending: "pending"
    }
  }
}
