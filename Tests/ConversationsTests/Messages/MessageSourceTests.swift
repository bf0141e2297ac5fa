import Conversations
import JSON
import Testing

/// Attributes of a span in their order, and what each side says. `in` and `out` hold the rows that yielded it.
struct SourceCase: CustomTestStringConvertible {
  var name: String
  var attributes: [(String, JSONValue)]
  var input: [String]
  var output: [String]
  var rows: (String, String)

  var testDescription: String { name }

  init(
    _ name: String, _ attributes: [(String, JSONValue)], input: [String] = [], output: [String] = [],
    _ rows: (String, String) = ("", "")
  ) {
    self.name = name
    self.attributes = attributes
    self.input = input
    self.output = output
    self.rows = rows
  }
}

private let question = #"[{"role":"user","content":"Q"}]"#
private let answer = #"{"role":"assistant","content":"A"}"#

private func texts(_ attributes: KeyValuePairs<String, String>) -> [(String, JSONValue)] {
  attributes.map { ($0.key, .string($0.value)) }
}

@Suite struct MessageSourceTests {
  @Test(arguments: indexed + wholeValues + mixed) func source(_ source: SourceCase) throws {
    let messages = try SpokenSpan(source.attributes).messages()
    #expect(sketch(messages.input) == source.input)
    #expect(sketch(messages.output) == source.output)
    if !source.rows.0.isEmpty { #expect(messages.inputSource == source.rows.0) }
    if !source.rows.1.isEmpty { #expect(messages.outputSource == source.rows.1) }
  }

  /// Every pair of sources: the one that conventions.md names first wins, whichever comes first on the span.
  @Test func precedence() throws {
    let ladder: [[(String, JSONValue)]] = [
      texts(["llm.input_messages.0.message.content": "1", "llm.output_messages.0.message.content": "1"]),
      texts(["gen_ai.input.messages.0.message.content": "2", "gen_ai.output.messages.0.message.content": "2"]),
      texts(["gen_ai.input.messages": "3", "gen_ai.output.messages": "3"]),
      texts(["gen_ai.prompt.0.content": "4", "gen_ai.completion.0.content": "4"]),
      texts(["ai.prompt.messages": "5", "ai.response.text": "5"]),
      whole("langfuse.observation.input", "langfuse.observation.output", 6),
      whole("mlflow.spanInputs", "mlflow.spanOutputs", 7),
      whole("gen_ai.prompt", "gen_ai.completion", 8),
      whole("gcp.vertex.agent.llm_request", "gcp.vertex.agent.llm_response", 9),
      whole("lmnr.span.input", "lmnr.span.output", 10),
      whole("traceloop.entity.input", "traceloop.entity.output", 11),
      whole("input.value", "output.value", 12),
      whole("raw.input", "raw.output", 13),
    ]
    for (rank, best) in ladder.enumerated() {
      for worse in ladder[(rank + 1)...] {
        for attributes in [best + worse, worse + best] {
          let messages = try SpokenSpan(attributes).messages()
          #expect(messages.input.map(\.text) == ["\(rank + 1)"])
          #expect(messages.output.map(\.text) == ["\(rank + 1)"])
        }
      }
    }
  }

  private func whole(_ input: String, _ output: String, _ text: Int) -> [(String, JSONValue)] {
    [
      (input, .string(#"[{"role":"user","content":"\#(text)"}]"#)),
      (output, .string(#"{"role":"assistant","content":"\#(text)"}"#)),
    ]
  }
}

private let indexed: [SourceCase] = [
  SourceCase(
    "OpenInference",
    texts([
      "llm.input_messages.0.message.role": "system", "llm.input_messages.0.message.content": "S",
      "llm.input_messages.1.message.role": "user", "llm.input_messages.1.message.content": "Q",
      "llm.output_messages.0.message.role": "assistant", "llm.output_messages.0.message.content": "A",
    ]), input: ["system: S", "user: Q"], output: ["assistant: A"],
    ("llm.input_messages.N.message.*", "llm.output_messages.N.message.*")),
  SourceCase(
    "numeric order, from 1, with gaps",
    texts([
      "gen_ai.input.messages.10.message.content": "ten", "gen_ai.input.messages.10.message.role": "user",
      "gen_ai.input.messages.9.message.role": "assistant", "gen_ai.input.messages.9.message.content": "nine",
      "gen_ai.input.messages.1.message.role": "user", "gen_ai.input.messages.1.message.content": "one",
    ]), input: ["user: one", "assistant: nine", "user: ten"]),
  SourceCase(
    "contents",
    texts([
      "gen_ai.input.messages.0.message.role": "user",
      "gen_ai.input.messages.0.message.contents.1.message_content.type": "image",
      "gen_ai.input.messages.0.message.contents.1.message_content.image": "https://x/cat.png",
      "gen_ai.input.messages.0.message.contents.0.message_content.type": "text",
      "gen_ai.input.messages.0.message.contents.0.message_content.text": "What is this?",
      "llm.output_messages.0.message.contents.0.message_content.image.image.url": "https://x/dog.png",
    ]), input: ["user: What is this? [image https://x/cat.png]"], output: ["assistant: [image https://x/dog.png]"]),
  SourceCase(
    "tool calls",
    texts([
      "llm.input_messages.0.message.role": "tool", "llm.input_messages.0.message.tool_call_id": "c0",
      "llm.input_messages.0.message.content": "18C", "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.tool_calls.1.tool_call.id": "c2",
      "llm.output_messages.0.message.tool_calls.1.tool_call.function.name": "g",
      "llm.output_messages.0.message.tool_calls.1.tool_call.function.arguments": "{}",
      "llm.output_messages.0.message.tool_calls.0.tool_call.id": "c1",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "f",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": #"{"city": "Paris"}"#,
    ]), input: ["tool #c0: 18C"], output: [#"assistant: call f({"city": "Paris"}) #c1 call g({}) #c2"#]),
  SourceCase(
    "Traceloop",
    texts([
      "gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": #"[{"type": "text", "text": "Q"}]"#,
      "gen_ai.prompt.1.role": "assistant", "gen_ai.prompt.1.tool_calls.0.id": "c1",
      "gen_ai.prompt.1.tool_calls.0.name": "f", "gen_ai.prompt.1.tool_calls.0.arguments": "{}",
      "gen_ai.prompt.2.role": "tool", "gen_ai.prompt.2.content": "18C", "gen_ai.prompt.2.tool_call_id": "c1",
      "gen_ai.completion.0.role": "assistant", "gen_ai.completion.0.content": "A",
      "gen_ai.completion.0.finish_reason": "stop", "gen_ai.prompt.template.name": "no message",
    ]), input: ["user: Q", "assistant: call f({}) #c1", "tool #c1: 18C"], output: ["assistant: A"]),
  SourceCase(
    "OpenInference prompts", texts(["llm.prompts.0.prompt.text": "Q", "llm.choices.0.completion.text": "A"]),
    input: ["user: Q"], output: ["assistant: A"]),
  SourceCase(
    "OpenInference prompts of old", [("llm.prompts", json(#"["Q"]"#))], input: ["user: Q"]),
  SourceCase(
    "a chain's values under a model's keys are no messages",
    texts(["gen_ai.prompt": #"{"question":"Q","content":"C"}"#, "gen_ai.completion": #"{"output":"A"}"#])),
  SourceCase(
    "a role is missing: the SDK's limit dropped it",
    texts([
      "gen_ai.input.messages.80.message.content": "Q", "gen_ai.input.messages.81.message.role": "assistant",
      "gen_ai.input.messages.81.message.content": "A",
    ]), input: ["user: Q", "assistant: A"]),
  SourceCase(
    "structured content",
    [
      ("llm.input_messages.0.message.content", json(#"[{"type":"text","text":"Q"}]"#)),
      ("llm.input_messages.1.message.content", .int(42)),
    ], input: ["user: Q", "user: 42"]),
  SourceCase(
    "what is no field of a message",
    texts([
      "llm.input_messages.0.message.mood": "x", "llm.input_messages.x.message.content": "x",
      "llm.input_messages.0": "x", "llm.input_messages.": "x", "llm.input_messages..message.content": "x",
      "llm.input_messages.99999999999999999999.message.content": "x", "llm.input_messages.-1.message.content": "x",
    ])),
]

private let wholeValues: [SourceCase] = [
  SourceCase(
    "system instructions",
    texts(["gen_ai.input.messages": question, "gen_ai.system_instructions": #"[{"type":"text","content":"S"}]"#]),
    input: ["system: S", "user: Q"], ("gen_ai.input.messages", "")),
  SourceCase(
    "system instructions, structured",
    [
      ("gen_ai.input.messages", json(question)),
      ("gen_ai.system_instructions", json(#"[{"type":"text","content":"S"}]"#)),
    ],
    input: ["system: S", "user: Q"]),
  SourceCase("system instructions alone", texts(["gen_ai.system_instructions": "S"]), input: ["system: S"]),
  SourceCase(
    "plain texts where only messages stand", texts(["gen_ai.input.messages": "Q", "gen_ai.output.messages": "A"]),
    input: ["user: Q"], output: ["assistant: A"]),
  SourceCase(
    "Vercel",
    texts([
      "ai.prompt.messages": #"[{"role":"user","content":[{"type":"text","text":"Q"}]}]"#, "ai.response.text": "A",
      "ai.response.toolCalls": #"[{"toolCallType":"function","toolCallId":"v1","toolName":"f","args":"{}"}]"#,
    ]), input: ["user: Q"], output: ["assistant: A call f({}) #v1"], ("ai.prompt.messages", "ai.response.text")),
  SourceCase(
    "Vercel, outer span",
    texts(["ai.prompt": #"{"system":"S","messages":[{"role":"user","content":"Q"}]}"#, "ai.response.text": "A"]),
    input: ["system: S", "user: Q"], output: ["assistant: A"]),
  SourceCase("Vercel, prompt", texts(["ai.prompt": #"{"prompt":"Q","system":"S"}"#]), input: ["system: S", "user: Q"]),
  SourceCase(
    "Langfuse, streamed", texts(["langfuse.observation.input": question, "langfuse.observation.output": "A"]),
    input: ["user: Q"], output: ["assistant: A"]),
  SourceCase(
    "MLflow",
    texts(["mlflow.spanInputs": #"{"messages": [{"role": "user", "content": "Q"}]}"#, "mlflow.spanOutputs": #""A""#]),
    input: ["user: Q"], output: ["assistant: A"]),
  SourceCase(
    "a text in quotes holds JSON", texts(["lmnr.span.input": #""[{\"role\":\"user\",\"content\":\"Q\"}]""#]),
    input: ["user: Q"]),
  SourceCase(
    "Google ADK",
    texts([
      "gcp.vertex.agent.llm_request":
        #"{"model":"m","config":{"system_instruction":"S"},"contents":[{"parts":[{"text":"Q"}],"role":"user"}]}"#,
      "gcp.vertex.agent.llm_response": #"{"content":{"parts":[{"text":"A"}],"role":"model"}}"#,
    ]), input: ["system: S", "user: Q"], output: ["assistant: A"]),
  SourceCase(
    "OpenLIT", texts(["gen_ai.prompt": "Q", "gen_ai.completion": "A"]), input: ["user: Q"], output: ["assistant: A"]),
  SourceCase(
    "pydantic-ai, a whole run",
    texts([
      "pydantic_ai.all_messages":
        #"""
      [{"role":"user","parts":[{"type":"text","content":"Q"}]},{"role":"assistant","parts":[{"type":"text",\#
      "content":"A"}]}]
      """#,
      "final_result": "A", "gen_ai.system_instructions": #"[{"type":"text","content":"S"}]"#,
    ]), input: ["system: S", "user: Q"], output: ["assistant: A"]),
  SourceCase(
    "pydantic-ai, a run that ends in a tool's result",
    texts([
      "pydantic_ai.all_messages":
        #"""
      [{"role":"user","parts":[{"type":"text","content":"Q"}]},{"role":"user",\#
      "parts":[{"type":"tool_call_response","id":"c1","result":"ok"}]}]
      """#,
      "final_result": "A",
    ]), input: ["user: Q", "tool #c1: <c1=ok>"], output: ["assistant: A"]),
  SourceCase(
    "pydantic-ai before 1.0",
    texts([
      "events":
        #"""
      [{"content":"Q","role":"user","gen_ai.message.index":0,"event.name":"gen_ai.user.message"},{"index":0,\#
      "message":{"role":"assistant","content":"A"},"event.name":"gen_ai.choice"}]
      """#
    ]), input: ["user: Q"], output: ["assistant: A"]),
]

private let mixed: [SourceCase] = [
  SourceCase(
    "the sides may come from different sources",
    texts(["llm.input_messages.0.message.content": "Q", "output.value": answer]),
    input: ["user: Q"], output: ["assistant: A"], ("llm.input_messages.N.message.*", "output.value")),
  SourceCase("a plain text alone is no message", texts(["input.value": "Q", "output.value": "A"])),
  SourceCase("a tool's values are no messages", texts(["input.value": #"{"city":"Paris"}"#, "output.value": "18C"])),
  SourceCase(
    "an output that repeats its input",
    texts([
      "input.value": #"{"messages":[{"type":"human","content":"Q"}]}"#,
      "output.value": #"{"messages":[{"type":"human","content":"Q"},{"type":"ai","content":"A"}]}"#,
    ]), input: ["user: Q"], output: ["assistant: A"]),
  SourceCase(
    "an empty source does not stop the next",
    texts(["gen_ai.input.messages": "[]", "input.value": question]), input: ["user: Q"]),
]
