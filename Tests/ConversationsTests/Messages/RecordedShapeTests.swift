import Conversations
import JSON
import Testing

/// Shapes that live runs of real instrumentations showed.
@Suite struct RecordedShapeTests {
  /// FutureAGI's second generation keeps a stream's chunks in `raw.output` beside the text in `output.value`.
  @Test func chunksOfAStreamAreOneMessage() throws {
    let chunks = #"""
      [{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]},
       {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Green "}}]},
       {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"leaves."},"finish_reason":"stop"}]},
       {"object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":1}}]
      """#
    let span = SpokenSpan(texts: ["raw.output": chunks, "output.value": "Green leaves."])
    #expect(sketch(try span.messages().output) == ["assistant: Green leaves."])
  }

  @Test func toolCallsOfAStreamArePutTogether() throws {
    let chunks = #"""
      [{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[
        {"index":0,"id":"call_1","function":{"name":"get_weather","arguments":""}}]}}]},
       {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"tool_calls":[
        {"index":0,"function":{"arguments":"{\"city\":"}}]}}]},
       {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"tool_calls":[
        {"index":0,"function":{"arguments":"\"Paris\"}"}},
        {"index":1,"id":"call_2","function":{"name":"now","arguments":"{}"}}]}}]}]
      """#
    let messages = try SpokenSpan(texts: ["output.value": chunks]).messages().output
    #expect(
      messages.flatMap(\.toolCalls) == [
        ToolCall(id: "call_1", name: "get_weather", arguments: #"{"city":"Paris"}"#),
        ToolCall(id: "call_2", name: "now", arguments: "{}"),
      ])
  }

  /// OpenInference for OpenAI Agents writes an answer down twice.
  @Test func contentAndContentsOfOneMessageAreSaidOnce() throws {
    let prefix = "llm.output_messages.0.message."
    let twice = [
      prefix + "role": "assistant", prefix + "content": "Hello.",
      prefix + "contents.0.message_content.type": "text", prefix + "contents.0.message_content.text": "Hello.",
    ]
    #expect(sketch(try span(twice).messages().output) == ["assistant: Hello."])
    var different = twice
    different[prefix + "content"] = "Oh. "
    #expect(try span(different).messages().output.map(\.text) == ["Oh. Hello."])
  }

  /// OpenInference for LangChain flattens the first message of a graph's history, and only that.
  @Test func theWholeHistoryWinsOverItsFirstMessage() throws {
    let history =
      #"{"messages":[{"type":"human","data":{"content":"First?","type":"human"}},"#
      + #"{"type":"ai","data":{"content":"Yes.","type":"ai"}},{"role":"user","content":"Second?"}]}"#
    let first = ["llm.input_messages.0.message.role": "user", "llm.input_messages.0.message.content": "First?"]
    let whole = span(first.merging(["input.value": history]) { one, _ in one })
    #expect(sketch(try whole.messages().input) == ["user: First?", "assistant: Yes.", "user: Second?"])
    var other = first
    other["llm.input_messages.0.message.content"] = "Something else?"
    let apart = span(other.merging(["input.value": history]) { one, _ in one })
    #expect(sketch(try apart.messages().input) == ["user: Something else?"])
  }

  /// OpenInference for Haystack and LlamaIndex prints Python's objects.
  @Test func printedObjectsAreNobodysMessages() throws {
    let printed = #"{"messages":["ChatMessage(_role=<ChatRole.USER: 'user'>, _content=[TextContent(text='Hi')])"]}"#
    #expect(try SpokenSpan(texts: ["input.value": printed]).messages().isEmpty)
    let said = #"{"messages":["What does Message(x) do?"]}"#
    #expect(sketch(try SpokenSpan(texts: ["input.value": said]).messages().input) == ["user: What does Message(x) do?"])
  }

  /// smolagents' own roles, which it turns into a model's only when it calls one.
  @Test func rolesOfSmolagents() throws {
    var texts: [String: String] = [:]
    for (index, role) in ["user", "tool-call", "tool-response"].enumerated() {
      texts["llm.input_messages.\(index).message.role"] = role
      texts["llm.input_messages.\(index).message.contents.0.message_content.type"] = "text"
      texts["llm.input_messages.\(index).message.contents.0.message_content.text"] = "\(index)"
    }
    let messages = try span(texts).messages()
    #expect(sketch(messages.input) == ["user: 0", "assistant: 1", "tool: 2"])
    #expect(try span(texts).texts().own.human == "0")
  }

  /// What AutoGen's teams say among themselves: who is the user, what was asked of tools, what came of it.
  @Test func messagesOfAutoGen() throws {
    let told = #"""
      {"messages":[{"source":"user","content":"Weather?","type":"TextMessage","models_usage":null},
       {"source":"one","content":[{"id":"c1","arguments":"{}","name":"f"}],"type":"ToolCallRequestEvent"},
       {"source":"one","content":[{"content":"18","name":"f","call_id":"c1","is_error":false}],
        "type":"ToolCallExecutionEvent"},
       {"source":"one","content":"Hm.","type":"ThoughtEvent"},
       {"source":"two","content":["It is ","18 C."],"type":"MultiModalMessage"}],"stop_reason":null}
      """#
    let team = SpokenSpan(texts: ["input.value": #"{"task":"Weather?"}"#, "output.value": told])
    let output = try team.messages().output
    #expect(output.map(\.role) == [.user, .assistant, .tool, .assistant, .assistant])
    #expect(output[1].toolCalls == [ToolCall(id: "c1", name: "f", arguments: "{}")])
    #expect(output.map(\.text) == ["Weather?", "", "18", "", "It is 18 C."])
    #expect(try team.texts().own.ai == "It is 18 C.")
  }

  /// LiteLLM's messages of an answer leave its tool calls out, which stand beside them.
  @Test func messagesOfRolesAloneGiveWay() throws {
    let hollow = #"[{"role":"assistant","parts":[],"finish_reason":"tool_calls"}]"#
    let called = span([
      "gen_ai.output.messages": hollow, "gen_ai.completion.0.function_call.name": "f",
      "gen_ai.completion.0.function_call.arguments": "{}",
    ])
    #expect(try called.messages().output.flatMap(\.toolCalls) == [ToolCall(name: "f", arguments: "{}")])
    let alone = try span(["gen_ai.output.messages": hollow]).messages()
    #expect(alone.output.map(\.role) == [.assistant])
    #expect(alone.outputSource == "gen_ai.output.messages")
  }

  /// Traceloop writes the content of an answer that was thought over as the JSON of its blocks.
  @Test func thoughtsInTheContentOfIndexedMessages() throws {
    let blocks = #"[{"type":"thinking","thinking":"Hm.","signature":"s"},{"type":"text","text":"Yes."}]"#
    let messages = try span(["gen_ai.prompt.0.role": "assistant", "gen_ai.prompt.0.content": blocks]).messages()
    #expect(messages.input.map(\.parts) == [[.reasoning("Hm."), .text("Yes.")]])
  }

  /// What a provider's own tools did, in the words of OTel.
  @Test func serverToolsOfOTel() throws {
    let parts = #"""
      [{"role":"assistant","parts":[
       {"type":"server_tool_call","id":"s1","name":"code","server_tool_call":{"type":"code_interpreter","code":"1+1"}},
       {"type":"server_tool_call_response","id":"s1","server_tool_call_response":{"output":"2"}},
       {"type":"text","content":"Two."}]}]
      """#
    let message = try #require(try span(["gen_ai.output.messages": parts]).messages().output.first)
    #expect(
      message.toolCalls
        == [ToolCall(id: "s1", name: "code", arguments: #"{"type":"code_interpreter","code":"1+1"}"#)])
    #expect(message.parts == [.toolResult(id: "s1", name: nil, content: #"{"output":"2"}"#), .text("Two.")])
  }

  private func span(_ texts: [String: String]) -> SpokenSpan {
    SpokenSpan(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
  }
}
