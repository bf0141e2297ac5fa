import Conversations
import JSON
import Testing

/// Values made of the words that messages are made of, put together at random.
@Suite struct MessageFuzzTests {
  private static let names = [
    "role", "content", "parts", "type", "text", "messages", "message", "choices", "candidates", "generations", "output",
    "input", "tool_calls", "function", "function_call", "functionCall", "name", "arguments", "args", "id", "call_id",
    "kwargs", "data", "contents", "system", "instructions", "prompt", "model", "chat_history", "question", "source",
    "image_url", "url", "tool_use_id", "response", "result", "summary", "object", "config", "toolResult", "thought",
  ]
  private static let words = [
    "user", "assistant", "human", "ai", "tool", "system", "model", "text", "image_url", "tool_use", "tool_result",
    "function_call", "function_call_output", "reasoning", "message", "input_text", "HumanMessage", "constructor", "",
    "response", "base64", "Hello", " \n", "{\"a\":1}", "[{\"role\":\"user\",\"content\":\"Q\"}]", "\u{0}", "🌱",
  ]

  private func value(_ numbers: inout SeededNumbers, depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 12 : 5), using: &numbers) {
    case 0: return .null
    case 1: return .bool(true)
    case 2: return .int(Int64.random(in: -3...3, using: &numbers))
    case 3...4: return .string(Self.words.randomElement(using: &numbers) ?? "")
    case 5...8:
      return .object(
        (0..<Int.random(in: 0...5, using: &numbers)).map { _ in
          (Self.names.randomElement(using: &numbers) ?? "", value(&numbers, depth: depth - 1))
        })
    default: return .array((0..<Int.random(in: 0...3, using: &numbers)).map { _ in value(&numbers, depth: depth - 1) })
    }
  }

  /// Nothing traps, and a value says the same as JSON in a text and as an AnyValue.
  @Test func anyShape() throws {
    var numbers = SeededNumbers(seed: 20_261_122)
    for round in 0..<150 {
      let value = value(&numbers, depth: 6)
      guard value.object != nil || value.array != nil else { continue }
      for key in [
        "input.value", "output.value", "gen_ai.input.messages", "gen_ai.completion", "pydantic_ai.all_messages",
      ] {
        let asText = try SpokenSpan([(key, .string(value.json))]).texts()
        let asValue = try SpokenSpan([(key, value)]).texts()
        #expect(asText.messages == asValue.messages, "\(round) \(key) \(value.json)")
        #expect(asText.own == asValue.own, "\(round) \(key) \(value.json)")
        #expect(asText.raw == asValue.raw, "\(round) \(key) \(value.json)")
        #expect(asText.own.human?.isEmpty != true)
      }
      var span = SpokenSpan()
      for name in ["gen_ai.choice", "gen_ai.tool.message", "gen_ai.client.inference.operation.details"] {
        span.logs.append((name, [("content", value)], value))
        span.events.append((name, [("message", value), ("gen_ai.input.messages", value)]))
      }
      _ = try span.texts()
    }
  }
}
