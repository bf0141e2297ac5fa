import JSON

extension Message {
  /// Takes in the value under `content` or `parts`: a text, one part, or an array of parts.
  mutating func take(content: JSONValue) {
    switch content {
    case .null: return
    case .string(let text): parts.append(.text(text))
    case .array(let elements):
      for element in elements { take(part: element) }
    case .object:
      if let inner = content.one("parts") {
        take(content: inner)
      } else {
        take(part: content)
      }
    default: parts.append(.text(content.json))
    }
  }

  /// Takes in one part of a content. Its type is what it says, else what its members tell.
  mutating func take(part: JSONValue) {
    guard case .object(let members) = part else {
      if !part.isNull { parts.append(.text(part.flatText)) }
      return
    }
    if let type = part.text("type") {
      take(part: part, type: type)
    } else {
      takeUntyped(part, members)
    }
  }

  private mutating func take(part: JSONValue, type: String) {
    switch type {
    case "text", "input_text", "output_text", "summary_text", "refusal", "guard_content":
      if let text = partText(part) { parts.append(.text(text)) }
    case "thinking", "reasoning", "reasoning_content", "thought":
      if let text = reasoningText(part) { parts.append(.reasoning(text)) }
    case "tool_use", "tool_call", "tool-call", "function_call", "server_tool_use", "server_tool_call", "mcp_tool_use",
      "function", "custom_tool_call":
      take(toolCall: part)
    case "tool_result", "tool-result", "tool_call_response", "tool_response", "function_call_output",
      "tool_call_result",
      "function_response", "mcp_tool_result", "web_search_tool_result", "code_execution_tool_result",
      "server_tool_call_response", "custom_tool_call_output":
      take(toolResult: part)
    default:
      if let media = mediaPart(part, type: type) {
        parts.append(media)
      } else {
        parts.append(.other(type: type, json: part.json))
      }
    }
  }

  /// Gemini's and Bedrock's parts: the one member that is set names the type.
  private mutating func takeUntyped(_ part: JSONValue, _ members: [(key: String, value: JSONValue)]) {
    if let call = part.member("function_call", "functionCall", "toolUse") {
      take(toolCall: call)
    } else if let result = part.member("function_response", "functionResponse", "toolResult") {
      take(toolResult: result)
    } else if let text = part.text("text") {
      parts.append(part.one("thought")?.bool == true ? .reasoning(text) : .text(text))
    } else if let reasoning = part.member("reasoningContent"), let text = reasoningText(reasoning) {
      parts.append(.reasoning(text))
    } else if let media = untypedMedia(part) {
      parts.append(media)
    } else if let text = part.text("content") {
      parts.append(.text(text))
    } else if let first = members.first {
      parts.append(.other(type: first.key, json: part.json))
    }
  }

  mutating func take(toolResult part: JSONValue) {
    let id = part.member("tool_use_id", "tool_call_id", "toolCallId", "toolUseId", "call_id", "id")?.identifier
    let value = part.member("content", "response", "result", "output", "server_tool_call_response")
    parts.append(
      .toolResult(id: id, name: part.text("name", "toolName"), content: value.map(toolResultText) ?? ""))
  }
}

/// A text, or the texts of text blocks, each on a line; else compact JSON.
func toolResultText(_ value: JSONValue) -> String {
  switch value {
  case .array(let elements) where !elements.isEmpty:
    let texts = elements.compactMap { element -> String? in
      guard case .object(let members) = element else { return element.string }
      return members.count <= 2 || element.text("type") == "text" ? element.text("text") : nil
    }
    return texts.count == elements.count ? texts.joined(separator: "\n") : value.json
  case .object(let members):
    // {"type":"text","value":…}: Vercel AI SDK 5 and later.
    if members.count == 2, value.one("type")?.string != nil, let inner = value.one("value") { return inner.flatText }
    return value.json
  default: return value.flatText
  }
}

/// The text of a text part: under `text` (a text, or OpenAI's `{"value":…}`), `content` (OTel) or `refusal`.
private func partText(_ part: JSONValue) -> String? {
  if let text = part.text("text", "content", "refusal", "value") { return text }
  return part.one("text")?.text("value")
}

private func reasoningText(_ part: JSONValue) -> String? {
  if let text = part.text("thinking", "reasoning", "text", "content", "reasoning_content") { return text }
  if let inner = part.member("reasoningText") { return inner.text("text") }
  guard let steps = part.member("summary", "content")?.array else { return nil }
  let texts = steps.compactMap { $0.text("text") }
  return texts.isEmpty ? nil : texts.joined(separator: "\n")
}
