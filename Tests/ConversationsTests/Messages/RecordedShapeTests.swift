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

  private func span(_ texts: [String: String]) -> SpokenSpan {
    SpokenSpan(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
  }
}
