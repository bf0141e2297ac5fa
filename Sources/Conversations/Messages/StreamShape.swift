import JSON
import Telemetry

extension HistoryReader {
  /// The chunks of a streamed answer (OpenAI's `chat.completion.chunk`) put together: one message, that of choice 0.
  /// nil: the elements are no chunks.
  func streamed(_ elements: [JSONValue]) -> [Message]? {
    guard side == .output, !elements.isEmpty, elements.allSatisfy({ $0.text("object") == "chat.completion.chunk" })
    else { return nil }
    var text = ""
    var reasoning = ""
    var calls = StreamedCalls()
    var finishReason: String?
    for element in elements {
      for choice in element.one("choices")?.array ?? [] where (choice.one("index")?.identifier ?? "0") == "0" {
        finishReason = choice.text("finish_reason") ?? finishReason
        guard let delta = choice.one("delta") else { continue }
        text += delta.text("content", "refusal") ?? ""
        reasoning += delta.text("reasoning_content", "reasoning") ?? ""
        for piece in delta.one("tool_calls")?.array ?? [] { calls.add(piece) }
      }
    }
    var message = Message(role: .assistant, finishReason: finishReason)
    if !reasoning.isEmpty { message.parts.append(.reasoning(reasoning)) }
    if !text.isEmpty { message.parts.append(.text(text)) }
    message.toolCalls = calls.calls
    return message.isEmpty ? [] : [message]
  }
}

/// Tool calls that come in pieces: the ID and the name of each first, then its arguments bit by bit.
private struct StreamedCalls {
  /// In the order of their first pieces.
  private(set) var calls: [ToolCall] = []
  /// By what the pieces name as their call's index; pieces without one are one call's.
  private var places: [ExactText?: Int] = [:]

  mutating func add(_ piece: JSONValue) {
    let index = piece.one("index")?.identifier.map { ExactText($0) }
    let place = places[index] ?? calls.count
    if place == calls.count {
      calls.append(ToolCall(name: "", arguments: ""))
      places[index] = place
    }
    // In place: arguments that were copied for each piece would cost their length squared.
    if let id = piece.one("id")?.identifier { calls[place].id = id }
    if let function = piece.one("function") {
      calls[place].name += function.text("name") ?? ""
      calls[place].arguments += function.text("arguments") ?? ""
    }
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
