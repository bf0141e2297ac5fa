import Conversations
import JSON
import Testing

/// Input that nobody sends in good faith: no trap, no time that grows with the square of its size.
@Suite struct HostileMessageTests {
  @Test func deepJSON() throws {
    for depth in [50, 99, 100, 101, 10_000] {
      let array = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      let object = String(repeating: #"{"content":"#, count: depth) + "1" + String(repeating: "}", count: depth)
      let parts = #"[{"role":"user","content":"# + array + "}]"
      for value in [array, object, parts, #"{"messages":"# + array + "}"] {
        for key in ["input.value", "gen_ai.input.messages", "mlflow.spanInputs", "gen_ai.prompt.0.content"] {
          _ = try SpokenSpan(texts: [key: value]).texts()
        }
        if depth < 40 { _ = try SpokenSpan([("gen_ai.input.messages", json(value))]).texts() }
      }
    }
    let tooDeep = String(repeating: "[", count: 101) + String(repeating: "]", count: 101)
    #expect(try SpokenSpan(texts: ["input.value": tooDeep]).texts().own.human == tooDeep)
  }

  @Test func hugeIndices() throws {
    let last = UInt64.max
    let span = SpokenSpan(texts: [
      "llm.input_messages.\(last).message.content": "last", "llm.input_messages.0.message.content": "first",
      "llm.input_messages.18446744073709551616.message.content": "none",
      "llm.input_messages.0.message.tool_calls.\(last).tool_call.function.name": "f",
      "llm.input_messages.00.message.name": "n",
    ])
    #expect(sketch(try span.messages().input) == ["user: first call f()", "user: last"])
  }

  @Test func manyMessages() throws {
    var attributes: SpokenSpan.Attributes = []
    for index in (0..<10_000).reversed() {
      attributes.append(("gen_ai.input.messages.\(index).message.content", .string("\(index)")))
      attributes.append(("gen_ai.input.messages.\(index).message.role", .string(index % 2 == 0 ? "user" : "assistant")))
    }
    let messages = try SpokenSpan(attributes).messages()
    #expect(messages.input.map(\.text) == (0..<10_000).map(String.init))
    let asJSON = "[" + (0..<10_000).map { #"{"role":"user","content":"\#($0)"}"# }.joined(separator: ",") + "]"
    #expect(try SpokenSpan(texts: ["input.value": asJSON]).messages().input.count == 10_000)
  }

  @Test func wideJSONWithoutMessages() throws {
    let wide = "[" + (0..<20_000).map { #"{"role":"x\#($0)","content":[]}"# }.joined(separator: ",") + "]"
    let nested = String(repeating: #"{"a":"#, count: 90) + wide + String(repeating: "}", count: 90)
    #expect(try SpokenSpan(texts: ["input.value": nested]).messages().isEmpty)
    #expect(try SpokenSpan(texts: ["input.value": nested]).texts().raw.human == nested)
  }

  /// What is compared with its likes or put together from pieces: squared, each of these would take minutes.
  @Test func manyOfOneKind() throws {
    let count = 40_000
    func list(_ element: (Int) -> String) -> String { (0..<count).map(element).joined(separator: ",") }
    let calls = list { #"{"id":"\#($0)","name":"f"}"# }
    let message = #"[{"role":"assistant","tool_calls":[\#(calls)]}]"#
    #expect(try SpokenSpan(texts: ["output.value": message]).messages().output.first?.toolCalls.count == count)
    func chunks(_ piece: (Int) -> String) -> String {
      let chunks = list {
        #"{"object":"chat.completion.chunk","choices":[{"delta":{"tool_calls":[\#(piece($0))]}}]}"#
      }
      return "[\(chunks)]"
    }
    let many = chunks { #"{"index":\#($0),"id":"\#($0)","function":{"name":"f"}}"# }
    #expect(try SpokenSpan(texts: ["output.value": many]).messages().output.first?.toolCalls.count == count)
    let long = chunks { _ in #"{"index":0,"function":{"arguments":"0123456789"}}"# }
    let one = try #require(try SpokenSpan(texts: ["output.value": long]).messages().output.first?.toolCalls.first)
    #expect(one.arguments.utf8.count == 10 * count)
    let values = SpokenSpan((0..<count).map { _ in ("input.value", .string("[1]")) })
    #expect(try values.texts().raw.human == "[1]")
  }

  @Test func odditiesInValues() throws {
    for value in [
      #"[{"role":1,"content":2}]"#, #"[{"role":"user","content":{"a":[]}}]"#, #"[{"role":"user","content":[[[]]]}]"#,
      #"[{"role":"user","content":[null,1,true,"x"]}]"#, #"{"choices":{}}"#, #"{"choices":[{"message":[]}]}"#,
      #"{"messages":{"role":"user"}}"#, #"{"generations":[[[]]]}"#, #"{"id":[],"kwargs":{}}"#, #"{"output":[{}]}"#,
      #"[["user","a"],["user"]]"#, #"{"role":"user","parts":{"parts":{"parts":{}}}}"#, "\u{0}", "\"\\ud800\"",
      #"[{"role":"tool","content":[{"type":"tool_result"}]}]"#, #"[{"role":"assistant","tool_calls":[{}, 1, null]}]"#,
    ] {
      for key in ["input.value", "output.value", "gen_ai.input.messages", "gen_ai.output.messages", "events"] {
        _ = try SpokenSpan(texts: [key: value]).texts()
      }
      var span = SpokenSpan()
      for name in ["gen_ai.choice", "gen_ai.user.message", "gen_ai.client.inference.operation.details"] {
        span.logs.append((name, [("gen_ai.input.messages", .string(value))], .string(value)))
        span.events.append((name, [("content", .string(value)), ("gen_ai.event.content", .string(value))]))
      }
      _ = try span.texts()
    }
  }

  @Test func attributesOfEveryKindUnderEveryKey() throws {
    let values: [JSONValue] = [.null, .bool(true), .int(-1), .double(.nan), .string(""), .array([]), .object([])]
    for convention in Conventions().rows where convention.role == .messages {
      let key =
        switch convention.pattern {
        case .family(let prefix, _): prefix + "0.message.content"
        default: convention.key
        }
      for value in values { _ = try SpokenSpan([(key, value)]).texts() }
    }
  }
}
