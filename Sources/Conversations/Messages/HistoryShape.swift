import JSON

/// Finds the messages that a value holds. Every shape is told by itself; who sent it is not asked.
struct HistoryReader {
  var side: MessageSide

  /// The first chat history, request, completion or single message anywhere in the value, in the order of its members.
  /// nil: there is none. Empty: a completion that says nothing.
  func history(in value: JSONValue) -> [Message]? {
    switch value {
    case .array(let elements):
      if let list = list(elements) ?? streamed(elements) { return list }
      for element in elements {
        if let found = history(in: element) { return found }
      }
      return nil
    case .object(let members):
      if let found = completion(value) ?? request(value) { return found }
      if value.isMessage { return readMessage(value, side: side).map { [$0] } }
      for (key, member) in members where !Self.isSetAside(key) {
        if let found = history(in: member) { return found }
      }
      return past(value)
    default: return nil
    }
  }

  /// What stands where only messages stand: besides histories, texts, each a message of the side's usual speaker.
  func spoken(_ value: JSONValue) -> [Message]? {
    if let found = history(in: value) { return found }
    switch value {
    case .string(let text): return text.isEmpty ? nil : [Message(role: side.defaultRole, text: text)]
    case .array(let elements):
      return lenientList(elements)
    case .object:
      guard isBareMessage(value) else { return nil }
      let message = readFields(value, role: side.defaultRole)
      return message.isEmpty ? nil : [message]
    default: return nil
    }
  }

  /// A message without a role: its content, and nothing that `MessageMembers` ranks before it.
  private func isBareMessage(_ value: JSONValue) -> Bool {
    if value.one("parts") != nil { return true }
    let ranked = side == .input ? MessageMembers.human : MessageMembers.ai
    return ranked.first { value.one($0) != nil }.map { $0 == "content" } ?? false
  }

  /// An array all of whose elements are messages, `[role, text]` pairs, or one batch of them.
  private func list(_ elements: [JSONValue]) -> [Message]? {
    guard let first = elements.first else { return nil }
    if case .array(let inner) = first {
      if elements.allSatisfy(\.isRolePair) { return elements.compactMap(\.rolePair) }
      return list(inner)
    }
    guard elements.allSatisfy({ $0.isMessage }) else { return nil }
    return joinItems(elements)
  }

  /// An array that stands where messages are expected: unknown roles, and texts as messages, are taken too.
  private func lenientList(_ elements: [JSONValue]) -> [Message]? {
    if let strict = list(elements) { return strict }
    let known = elements.contains { element in
      switch element {
      case .string(let text): !isPrintedMessage(text)
      case .object:
        element.isMessage || element.one("role") != nil || element.one("parts") != nil || element.one("type") != nil
      case .array: element.isRolePair
      default: false
      }
    }
    guard known else { return nil }
    if elements.allSatisfy(\.isPart) {
      var message = Message(role: side.defaultRole)
      for element in elements { message.take(part: element) }
      message.settle()
      return message.isEmpty ? nil : [message]
    }
    let messages = elements.compactMap { element -> Message? in
      if let pair = element.rolePair { return pair }
      if let text = element.string, isPrintedMessage(text) { return nil }
      if let message = readMessage(element, side: side) { return message }
      guard case .object = element else { return nil }
      let message = readFields(element, role: side.defaultRole)
      return message.isEmpty ? nil : message
    }
    return messages.isEmpty ? nil : messages
  }

  /// Messages in their order. What one answer consists of in the responses API (thoughts, text, function calls) is one
  /// message, as it is everywhere else.
  func joinItems(_ elements: [JSONValue]) -> [Message] {
    var messages: [Message] = []
    messages.reserveCapacity(elements.count)
    var openItem = false
    for element in elements {
      guard let message = readMessage(element, side: side) else { continue }
      let isItem = element.one("role") == nil || element.text("type") == "message"
      if message.role == .assistant, isItem, openItem, let last = messages.indices.last,
        messages[last].role == .assistant
      {
        messages[last].parts += message.parts
        messages[last].toolCalls += message.toolCalls
        messages[last].finishReason = messages[last].finishReason ?? message.finishReason
      } else {
        messages.append(message)
      }
      openItem =
        message.role == .assistant && isItem && element.one("kwargs") == nil && element.one("data") == nil
        && element.isResponseItem
    }
    return messages
  }

  // MARK: Requests

  /// What a client sent to a model: `messages` with Anthropic's `system`, Gemini's `contents`, OpenAI's `input` and
  /// `instructions`, a completion's `prompt`.
  private func request(_ value: JSONValue) -> [Message]? {
    let system = systemMessages(value)
    if let list = value.one("messages"), let messages = messageList(list), !messages.isEmpty {
      return system + messages
    }
    if let contents = value.one("contents"), let messages = contentsList(contents) { return system + messages }
    guard side == .input else { return nil }
    let isCall = value.one("model")?.string != nil || value.one("instructions")?.string != nil
    if let input = value.one("input") {
      if let items = input.array.flatMap(list) { return system + items }
      if isCall, let text = input.string { return system + [Message(role: .user, text: text)] }
    }
    if let prompt = value.one("prompt") {
      if let text = prompt.string, isCall || value.one("system") != nil {
        return system + [Message(role: .user, text: text)]
      }
      if let messages = prompt.array.flatMap(list) { return system + messages }
    }
    return nil
  }

  private func messageList(_ value: JSONValue) -> [Message]? {
    switch value {
    case .array(let elements):
      // LangChain wraps a batch of one once more.
      if case .array(let inner)? = elements.first, !elements.allSatisfy(\.isRolePair) { return lenientList(inner) }
      return lenientList(elements)
    case .string(let text): return parseContainer(text, depthMax: 100).flatMap(messageList)
    case .object: return value.isMessage ? readMessage(value, side: side).map { [$0] } : nil
    default: return nil
    }
  }

  /// Gemini's contents: one text, or contents with parts; without a role they are the user's.
  private func contentsList(_ value: JSONValue) -> [Message]? {
    switch value {
    case .string(let text): return side == .input ? [Message(role: .user, text: text)] : nil
    case .array(let elements):
      guard !elements.isEmpty, elements.allSatisfy({ $0.one("parts") != nil || $0.string != nil }) else { return nil }
      return elements.map { element in
        let role = element.text("role").flatMap(MessageRole.init(named:)) ?? side.defaultRole
        if let text = element.string { return Message(role: role, text: text) }
        return readFields(element, role: role)
      }
    case .object:
      guard value.one("parts") != nil else { return nil }
      return [readFields(value, role: value.text("role").flatMap(MessageRole.init(named:)) ?? side.defaultRole)]
    default: return nil
    }
  }

  private func systemMessages(_ value: JSONValue) -> [Message] {
    let config = value.one("config") ?? value.one("generation_config") ?? value.one("generationConfig")
    let names = ["system", "instructions", "system_instruction", "systemInstruction"]
    guard
      let system = names.lazy.compactMap({ value.member($0) }).first
        ?? names.lazy.compactMap({ config?.member($0) }).first
    else { return [] }
    return systemInstructions(system)
  }

  // MARK: Completions

  /// What a model answered: OpenAI's `choices`, Gemini's `candidates`, LangChain's `generations`, the `output` items of
  /// OpenAI's responses API.
  private func completion(_ value: JSONValue) -> [Message]? {
    guard side == .output else { return nil }
    if let choices = value.one("choices")?.array, choices.allSatisfy({ $0.object != nil }) {
      return choices.compactMap(answer)
    }
    if let candidates = value.one("candidates")?.array, candidates.allSatisfy({ $0.object != nil }) {
      return candidates.compactMap(answer)
    }
    if let generations = value.one("generations")?.array {
      let flat = generations.flatMap { $0.array ?? [$0] }
      let answers = flat.compactMap(answer)
      if !answers.isEmpty || flat.isEmpty { return answers }
    }
    if let output = value.one("output")?.array {
      let isResponse = value.text("object") == "response"
      if isResponse || (!output.isEmpty && output.allSatisfy { $0.isMessage }) { return joinItems(output) }
    }
    return nil
  }

  /// One choice, candidate or generation.
  private func answer(_ value: JSONValue) -> Message? {
    var message: Message?
    if let inner = value.member("message", "delta", "content"), case .object = inner {
      message = readMessage(inner, side: .output) ?? readFields(inner, role: .assistant)
    } else if let text = value.text("text", "content") {
      message = Message(role: .assistant, text: text)
    }
    if message?.finishReason == nil { message?.finishReason = finishReason(value) }
    return message
  }

  // MARK: What was said before

  /// A history under a name that says that the new question is not in it: what a person asks beside it comes behind it.
  private func past(_ value: JSONValue) -> [Message]? {
    for name in MessageMembers.past {
      guard let member = value.one(name), var messages = history(in: member) else { continue }
      if side == .input,
        let question = MessageMembers.human.lazy.compactMap({ value.text($0) }).first(where: { !$0.isEmpty })
      {
        messages.append(Message(role: .user, text: question))
      }
      return messages
    }
    return nil
  }

  private static func isSetAside(_ key: String) -> Bool {
    MessageMembers.past.contains(key) || MessageMembers.descriptions.contains(key)
  }
}

/// A system prompt: a text, text blocks, or a content with parts.
func systemInstructions(_ value: JSONValue) -> [Message] {
  if case .array(let elements) = value, !elements.isEmpty, elements.allSatisfy({ $0.isMessage }) {
    return elements.compactMap { readMessage($0, side: .input) }
  }
  var message = Message(role: .system)
  message.take(content: value)
  return message.isEmpty ? [] : [message]
}

/// A text that is a JSON object or array; nil for any other.
func parseContainer(_ text: String, depthMax: Int) -> JSONValue? {
  guard let first = text.utf8.first(where: { $0 > 0x20 }), first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  else { return nil }
  return try? JSONValue.parse(text, depthMax: depthMax)
}

extension JSONValue {
  /// LangChain's `["human", "Hello"]`.
  fileprivate var isRolePair: Bool {
    guard case .array(let pair) = self, pair.count == 2, let role = pair.first?.string, pair.last?.string != nil else {
      return false
    }
    return MessageRole(named: role) != nil
  }

  fileprivate var rolePair: Message? {
    guard isRolePair, let role = self[0]?.string.flatMap(MessageRole.init(named:)), let text = self[1]?.string else {
      return nil
    }
    return Message(role: role, text: text)
  }

  /// A content part that stands alone, without a message around it.
  fileprivate var isPart: Bool {
    guard case .object = self, self.one("role") == nil, self.one("parts") == nil, let type = text("type") else {
      return false
    }
    return MessageRole(named: type) == nil
  }

  /// An item of the responses API: what follows it may belong to the same answer.
  fileprivate var isResponseItem: Bool {
    switch text("type") {
    case .some("message"), .some("reasoning"), .some("function_call"), .some("custom_tool_call"), .some("mcp_call"),
      .some("web_search_call"), .some("file_search_call"), .some("computer_call"), .some("code_interpreter_call"),
      .some("image_generation_call"), .some("local_shell_call"):
      true
    default: false
    }
  }
}
