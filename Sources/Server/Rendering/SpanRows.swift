import Conversations
import JSON
import Store
import Telemetry

extension JSONWriter {
  mutating func row(_ row: SpanRow) {
    beginObject()
    member("trace_id", row.traceID.hex)
    member("span_id", row.id.hex)
    member("parent_span_id", row.parentID?.hex)
    member("project", row.project.text)
    member("session_id", row.sessionID?.uuid)
    member("session_name", row.sessionName?.text)
    member("user_id", row.userID?.text)
    member("name", row.name)
    member("kind", row.kind.name)
    member("span_kind", SpanWords.kind(row.spanKind))
    member("input", row.input)
    member("output", row.output)
    times(row.startTime, row.endTime)
    member("status", row.status.text)
    member("status_code", SpanWords.status(row.statusCode))
    member("status_message", row.statusMessage)
    member("model", row.model)
    member("service", row.service)
    member("tokens", row.tokens)
    member("cost_usd", row.cost)
    member("tags", row.tags)
    member("metadata", json: row.metadata, fallback: "{}")
    endObject()
  }
}
