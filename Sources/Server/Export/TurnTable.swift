import Conversations
import JSON
import Store
import Telemetry

/// Turns as comma-separated values, a row each. Source: RFC 4180.
struct TurnTable: TurnRendering {
  private static let columns = [
    "project", "session_id", "session_name", "display_name", "user_id", "turn", "trace_id", "span_id", "start_time",
    "end_time", "duration_ms", "status", "human", "ai", "tool_calls", "error", "model", "input_tokens", "output_tokens",
    "total_tokens", "cost_usd", "tags", "metadata",
  ]

  func begin(_ out: inout [UInt8]) { Self.append(Self.columns, to: &out) }
  func open(_ section: TurnSection, _ out: inout [UInt8]) {}
  func close(_ section: TurnSection, _ out: inout [UInt8]) {}
  func end(_ out: inout [UInt8]) {}

  func write(_ turn: Turn, of section: TurnSection, _ out: inout [UInt8]) {
    let place: [String]
    switch section {
    case .session(let row): place = [row.project.text, row.id.uuid, row.name.text, row.displayName ?? ""]
    case .trace(let row):
      place = [row.project.text, row.sessionID?.uuid ?? "", row.sessionName?.text ?? "", ""]
    }
    Self.append(
      place + [
        turn.userID?.text ?? "", String(turn.index), turn.traceID.hex, turn.spanID.hex, turn.startTime.rfc3339,
        turn.endTime.rfc3339, Self.number(turn.endTime.milliseconds(since: turn.startTime)), turn.status.name,
        turn.human?.content ?? "", turn.ai?.content ?? "", Self.json(turn.ai?.toolCalls ?? []), turn.error ?? "",
        turn.model ?? "", Self.integer(turn.tokens?.input), Self.integer(turn.tokens?.output),
        Self.integer(turn.tokens?.total), turn.cost.map { Self.number($0.dollars) } ?? "", Self.json(turn.tags),
        turn.metadata ?? "",
      ], to: &out)
  }

  private static func append(_ cells: [String], to out: inout [UInt8]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      append(cell, to: &out)
    }
    out.append(contentsOf: "\r\n".utf8)
  }

  /// A text that a spreadsheet would take for a formula gets an apostrophe in front.
  /// Source: https://owasp.org/www-community/attacks/CSV_Injection
  private static func append(_ text: String, to out: inout [UInt8]) {
    let isFormula = text.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
    guard isFormula || text.utf8.contains(where: { "\",\r\n".utf8.contains($0) }) else {
      out.append(contentsOf: text.utf8)
      return
    }
    out.append(UInt8(ascii: "\""))
    if isFormula { out.append(UInt8(ascii: "'")) }
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { out.append(byte) }
      out.append(byte)
    }
    out.append(UInt8(ascii: "\""))
  }

  private static func integer(_ value: Int64?) -> String { value.map { String($0) } ?? "" }

  private static func number(_ value: Double) -> String {
    var json = JSONWriter(capacity: 32)
    json.double(value)
    return json.text
  }

  /// Empty where there is nothing.
  private static func json(_ texts: [String]) -> String {
    if texts.isEmpty { return "" }
    var json = JSONWriter()
    json.beginArray()
    for text in texts { json.string(text) }
    json.endArray()
    return json.text
  }

  private static func json(_ calls: [ToolCall]) -> String {
    if calls.isEmpty { return "" }
    var json = JSONWriter()
    json.beginArray()
    for call in calls {
      json.beginObject()
      json.member("id", call.id)
      json.member("name", call.name)
      json.member("arguments", call.arguments)
      json.endObject()
    }
    json.endArray()
    return json.text
  }
}
