import JSON

extension JSONValue {
  /// Whether this is one message, in any vendor's shape. A cheap look at the members' names and at who speaks; a JSON
  /// schema or a person's record that has a `role` is none.
  var isMessage: Bool {
    guard case .object(let members) = self else { return false }
    var role: String?
    var type: String?
    var hasContent = false
    var inner: JSONValue?
    var kwargs = false
    var isAgents = false
    for (key, value) in members {
      switch key {
      case "role": role = value.string
      case "type": type = value.string
      case "content":
        hasContent = true
        inner = inner ?? value
      case "message", "data": inner = value
      case "parts", "tool_calls", "toolCalls", "function_call", "text", "refusal", "reasoning_content", "audio",
        "output":
        hasContent = true
      case "kwargs": kwargs = value.object != nil
      case "source": isAgents = value.string != nil
      default: continue
      }
    }
    if let role, hasContent { return MessageRole(named: role) != nil }
    if kwargs { return classRole != nil }
    if let type {
      if Self.itemTypes.contains(type) { return true }
      if MessageRole(named: type) != nil { return hasContent || inner != nil }
      if isAgents, inner != nil, isAgentMessage(type) { return true }
    }
    return inner?.one("role")?.string.map { MessageRole(named: $0) != nil } ?? false
  }

  /// The role by the class name that LangChain's serialisation ends its `id` with.
  var classRole: MessageRole? {
    guard let name = self.one("id")?.array?.last?.string else { return nil }
    return MessageRole(named: name)
  }

  /// Items of OpenAI's responses API that carry no role.
  private static let itemTypes: Set<String> = [
    "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output", "reasoning", "mcp_call",
    "web_search_call", "file_search_call", "computer_call", "code_interpreter_call", "image_generation_call",
    "local_shell_call",
    "local_shell_call_output", "computer_call_output",
  ]
}

/// Reads one message. nil: the value is none.
func readMessage(_ value: JSONValue, side: MessageSide) -> Message? {
  switch value {
  case .string(let text): return Message(role: side.defaultRole, text: text)
  case .object(let members): return members.isEmpty ? nil : readObject(value, side: side)
  default: return nil
  }
}

private func readObject(_ value: JSONValue, side: MessageSide) -> Message? {
  if let kwargs = value.one("kwargs"), let role = value.classRole {
    return readFields(kwargs, role: role)
  }
  let type = value.text("type")
  if let data = value.one("data"), case .object = data, let role = type.flatMap(MessageRole.init(named:)) {
    return readFields(data, role: role)
  }
  if let role = value.text("role") {
    return readFields(value, role: MessageRole(named: role) ?? side.defaultRole)
  }
  if let inner = value.member("message", "content", "delta"), inner.text("role") != nil,
    var message = readObject(inner, side: side)
  {
    if message.finishReason == nil { message.finishReason = finishReason(value) }
    return message
  }
  if let type {
    if let item = readItem(value, type: type) { return item }
    if let role = MessageRole(named: type) { return readFields(value, role: role) }
    if let source = value.text("source"), isAgentMessage(type) {
      return readAgentMessage(value, type: type, source: source)
    }
  }
  return nil
}

/// AutoGen's classes of what agents tell each other: `TextMessage`, `ToolCallRequestEvent`.
private func isAgentMessage(_ type: String) -> Bool {
  type.utf8.count > 7 && (type.hasSuffix("Message") || type.hasSuffix("Event"))
}

/// One of them: `source` is the user, or an agent by its name.
private func readAgentMessage(_ value: JSONValue, type: String, source: String) -> Message {
  let content = value.one("content") ?? .null
  var message = Message(role: source == "user" ? .user : .assistant)
  switch type {
  case "ToolCallRequestEvent": message.take(toolCalls: content)
  case "ToolCallExecutionEvent":
    message.role = .tool
    for result in content.array ?? [] { message.take(toolResult: result) }
    message.settle()
  case "ThoughtEvent": message.parts = [.reasoning(content.flatText)]
  case _ where type.hasSuffix("Event"): message.parts = [.other(type: type, json: content.json)]
  default: message.take(content: content)
  }
  return message
}

/// An item of OpenAI's responses API that is no message itself.
private func readItem(_ value: JSONValue, type: String) -> Message? {
  var message: Message
  switch type {
  case "function_call", "custom_tool_call", "mcp_call":
    message = Message(role: .assistant)
    message.take(toolCall: value)
  case "function_call_output", "custom_tool_call_output", "computer_call_output", "local_shell_call_output":
    message = Message(role: .tool)
    message.take(part: value)
    message.settle()
  case "reasoning":
    message = Message(role: .assistant)
    message.take(part: value)
  case "web_search_call", "file_search_call", "computer_call", "code_interpreter_call", "image_generation_call",
    "local_shell_call":
    message = Message(role: .assistant, parts: [.other(type: type, json: value.json)])
  default: return nil
  }
  return message
}

/// A message's members, its role being known.
func readFields(_ value: JSONValue, role: MessageRole) -> Message {
  var message = Message(role: role)
  if let text = value.text("reasoning_content", "reasoning"), !text.isEmpty { message.parts.append(.reasoning(text)) }
  if let content = value.member("content", "parts", "text") { message.take(content: content) }
  if let refusal = value.text("refusal"), !refusal.isEmpty { message.parts.append(.text(refusal)) }
  if let audio = value.member("audio"), let part = mediaPart(.object([("audio", audio)]), type: "audio") {
    message.parts.append(part)
  }
  if let images = value.one("images")?.array {
    // Ollama.
    for image in images { message.parts.append(.image(Media(url: image.string))) }
  }
  if let calls = value.member("tool_calls", "toolCalls") { message.take(toolCalls: calls) }
  if let call = value.member("function_call") { message.take(toolCall: call) }
  if message.toolCalls.isEmpty, let more = value.one("additional_kwargs") {
    if let calls = more.member("tool_calls") { message.take(toolCalls: calls) }
    if let call = more.member("function_call") { message.take(toolCall: call) }
  }
  message.name = value.text("name", "tool_name").flatMap { $0.isEmpty ? nil : $0 }
  message.finishReason = finishReason(value)
  message.toolCallID = value.member("tool_call_id", "toolCallId", "call_id")?.identifier
  if role == .tool, message.toolCallID == nil { message.toolCallID = value.one("id")?.identifier }
  message.settle()
  return message
}

func finishReason(_ value: JSONValue) -> String? {
  value.text("finish_reason", "finishReason", "stop_reason", "stopReason", "done_reason")
    ?? value.one("response_metadata")?.text("finish_reason", "stop_reason")
    ?? value.one("generation_info")?.text("finish_reason")
}

extension Message {
  /// What is only known once the whole message was read: a user message made only of tool results is a tool message
  /// (Anthropic, Bedrock, Gemini), and one with a single result answers that tool call.
  mutating func settle() {
    var results = 0
    var call: String?
    for part in parts {
      if case .toolResult(let id, _, _) = part {
        results += 1
        call = id
      }
    }
    guard results > 0 else { return }
    if role == .user, results == parts.count { role = .tool }
    if role == .tool, results == 1, toolCallID == nil { toolCallID = call }
  }
}
