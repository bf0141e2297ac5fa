import Conversations
import JSON
import Testing

/// Messages in events of the span and in log records that were joined to it.
@Suite struct MessageEventTests {
  private typealias Sent = (name: String, attributes: SpokenSpan.Attributes, body: JSONValue)

  private func check(_ sent: [Sent], input: [String], output: [String], bodies: Bool = true) throws {
    var asLogs = SpokenSpan()
    asLogs.logs = sent.map { ($0.name, $0.attributes, $0.body) }
    var named = SpokenSpan()
    named.logs = sent.map { ("", [("event.name", .string($0.name))] + $0.attributes, $0.body) }
    var spans = [asLogs, named]
    if !bodies {
      var asEvents = SpokenSpan()
      asEvents.events = sent.map { ($0.name, $0.attributes) }
      spans.append(asEvents)
    }
    for span in spans {
      let messages = try span.messages()
      #expect(sketch(messages.input) == input)
      #expect(sketch(messages.output) == output)
    }
  }

  @Test func operationDetails() throws {
    let attributes: SpokenSpan.Attributes = [
      ("gen_ai.input.messages", json(#"[{"role":"user","parts":[{"type":"text","content":"Q"}]}]"#)),
      ("gen_ai.output.messages", .string(#"[{"role":"assistant","parts":[{"type":"text","content":"A"}]}]"#)),
      ("gen_ai.system_instructions", json(#"[{"type":"text","content":"S"}]"#)),
    ]
    let name = "gen_ai.client.inference.operation.details"
    try check([(name, attributes, .null)], input: ["system: S", "user: Q"], output: ["assistant: A"], bodies: false)
    try check([(name, [], .object(attributes))], input: ["system: S", "user: Q"], output: ["assistant: A"])
  }

  @Test func messageBodies() throws {
    let sent: [Sent] = [
      ("gen_ai.system.message", [], json(#"{"content":"S"}"#)),
      ("gen_ai.user.message", [], .string(#"{"content":"Q"}"#)),
      (
        "gen_ai.assistant.message", [],
        json(#"{"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":{"city":"Paris"}}}]}"#)
      ),
      ("gen_ai.tool.message", [], json(#"{"id":"c1","content":"18C"}"#)),
      ("gen_ai.choice", [], json(#"{"index":0,"finish_reason":"stop","message":{"content":"A"}}"#)),
      ("gen_ai.user.messages", [], json(#"{"content":"not said"}"#)),
    ]
    try check(
      sent, input: ["system: S", "user: Q", #"assistant: call f({"city":"Paris"}) #c1"#, "tool #c1: 18C"],
      output: ["assistant: A"])
  }

  @Test func messageAttributes() throws {
    try check(
      [
        ("gen_ai.user.message", [("gen_ai.event.content", .string(#"{"role":"user","content":"Q"}"#))], .null),
        ("gen_ai.choice", [("index", .int(0)), ("message", .string(#"{"role":"assistant","content":"A"}"#))], .null),
      ], input: ["user: Q"], output: ["assistant: A"], bodies: false)
    try check(
      [
        ("gen_ai.user.message", [("content", .string("Q")), ("role", .string("user"))], .null),
        ("gen_ai.choice", [("content", .string("A")), ("finish_reason", .string("stop"))], .null),
      ], input: ["user: Q"], output: ["assistant: A"], bodies: false)
  }

  /// Strands: contents of parts, as JSON.
  @Test func contentAttributes() throws {
    try check(
      [
        ("gen_ai.user.message", [("content", .string(#"[{"text":"Q"}]"#))], .null),
        ("gen_ai.choice", [("message", .string(#"[{"text":"A"}]"#)), ("finish_reason", .string("end_turn"))], .null),
      ], input: ["user: Q"], output: ["assistant: A"], bodies: false)
  }

  @Test func contentEvents() throws {
    try check(
      [
        ("gen_ai.content.prompt", [("gen_ai.prompt", .string("Q"))], .null),
        ("gen_ai.content.completion", [("gen_ai.completion", .string("A"))], .null),
      ], input: ["user: Q"], output: ["assistant: A"], bodies: false)
  }

  @Test func attributesOfTheSpanComeFirst() throws {
    var span = SpokenSpan(texts: ["gen_ai.input.messages": "span"])
    span.logs = [
      ("gen_ai.user.message", [], json(#"{"content":"log"}"#)),
      ("gen_ai.choice", [], json(#"{"message":{"content":"A"}}"#)),
    ]
    #expect(sketch(try span.messages().input) == ["user: span"])
    #expect(sketch(try span.messages().output) == ["assistant: A"])
    span.attributes = [("input.value", .string(#"[{"role":"user","content":"span"}]"#))]
    #expect(sketch(try span.messages().input) == ["user: log"])
  }

  @Test func contentMayBeOff() throws {
    var span = SpokenSpan()
    span.logs = [
      ("gen_ai.choice", [], json(#"{"index":0,"finish_reason":"stop","message":{"role":"assistant"}}"#)),
      ("other", [], .null),
    ]
    #expect(try span.texts().own == OwnText())
  }
}
