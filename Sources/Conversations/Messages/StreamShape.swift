import JSON

extension HistoryReader {
  /// The chunks of a streamed answer (OpenAI's `chat.completion.chunk`) put together: one message, that of choice 0.
  /// nil: the elements are no chunks.
  func streamed(_ elements: [JSONValue]) -> [Message]? {
    guard side == .output, !elements.isEmpty, elements.allSatisfy({ $0.text("object") == "chat.completion.chunk" })
    else { return nil }
    var text = ""
    var reasoning = ""
    var calls: [StreamedCall] = []
    var finishReason: String?
    for element in elements {
      for choice in element.one("choices")?.array ?? [] where (choice.one("index")?.identifier ?? "0") == "0" {
        finishReason = choice.text("finish_reason") ?? finishReason
        guard let delta = choice.one("delta") else { continue }
        text += delta.text("content", "refusal") ?? ""
        reasoning += delta.text("reasoning_content", "reasoning") ?? ""
        for piece in delta.one("tool_calls")?.array ?? [] { StreamedCall.add(piece, to: &calls) }
      }
    }
    var message = Message(role: .assistant, finishReason: finishReason)
    if !reasoning.isEmpty { message.parts.append(.reasoning(reasoning)) }
    if !text.isEmpty { message.parts.append(.text(text)) }
    message.toolCalls = calls.map { ToolCall(id: $0.id, name: $0.name, arguments: $0.arguments) }
    return message.isEmpty ? [] : [message]
  }
}

/// A tool call that comes in pieces: its ID and name first, then its arguments bit by bit.
private struct StreamedCall {
  var index: String?
  var id: String?
  var name = ""
  var arguments = ""

  static func add(_ piece: JSONValue, to calls: inout [StreamedCall]) {
    let index = piece.one("index")?.identifier
    let known = calls.lastIndex { $0.index == index }
    var call = known.map { calls[$0] } ?? StreamedCall(index: index)
    call.id = piece.one("id")?.identifier ?? call.id
    if let function = piece.one("function") {
      call.name += function.text("name") ?? ""
      call.arguments += function.text("arguments") ?? ""
    }
    if let known { calls[known] = call } else { calls.append(call) }
  }
}

/// How Python prints an object of a message class, `ChatMessage(role=…)`: where an instrumentation writes that down, the
/// text is nobody's message.
func isPrintedMessage(_ text: String) -> Bool {
  guard text.utf8.last == UInt8(ascii: ")"), let open = text.utf8.firstIndex(of: UInt8(ascii: "(")) else {
    return false
  }
  let name = text.utf8[..<open]
  guard let first = name.first, UInt8(ascii: "A")...UInt8(ascii: "Z") ~= first else { return false }
  let isName = name.allSatisfy { byte in
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
  }
  return isName && name.suffix(7).elementsEqual("Message".utf8)
}
