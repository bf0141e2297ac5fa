import Conversations
import JSON
import Telemetry

extension JSONWriter {
  mutating func turn(_ turn: Turn) {
    beginObject()
    member("index", Int64(turn.index))
    member("trace_id", turn.traceID.hex)
    member("span_id", turn.spanID.hex)
    times(turn.startTime, turn.endTime)
    member("status", turn.status.name)
    key("human")
    if let human = turn.human { said(human, callsTools: false) } else { null() }
    key("ai")
    if let ai = turn.ai { said(ai, callsTools: true) } else { null() }
    member("error", turn.error)
    member("model", turn.model)
    member("tokens", turn.tokens)
    member("cost_usd", turn.cost)
    member("user_id", turn.userID?.text)
    member("metadata", json: turn.metadata, fallback: "{}")
    member("tags", turn.tags)
    endObject()
  }

  private mutating func said(_ text: TurnText, callsTools: Bool) {
    beginObject()
    member("content", text.content)
    member("parts", text.parts)
    if callsTools { member("tool_calls", text.toolCalls) }
    endObject()
  }
}
