import Conversations
import JSON
import Testing

/// product.md §4, "Own text of a span".
@Suite struct OwnTextTests {
  private func own(_ attributes: KeyValuePairs<String, String>) throws -> OwnText {
    try SpokenSpan(texts: attributes).texts().own
  }

  @Test(
    arguments: [
      ("Q", "Q"), ("  Q \n\u{A0}", "Q"), (#""Q""#, "Q"), (#"" Q ""#, "Q"), ("", nil), ("  \n", nil), (#""""#, nil),
      ("{}", nil), ("[]", nil), ("null", nil), ("42", nil), ("true", nil), (#"["a","b"]"#, nil),
      (#"{"city":"Paris"}"#, nil),
      (#"{"message":"1","question":"2"}"#, "1"), (#"{"query":"3","question":"2"}"#, "2"),
      (#"{"input":"4","query":"3"}"#, "3"),
      (#"{"prompt":"5","input":"4"}"#, "4"), (#"{"text":"6","prompt":"5"}"#, "5"),
      (#"{"content":"7","text":"6"}"#, "6"),
      (#"{"content":"7"}"#, "7"), (#"{"message":null,"question":"","query":"3"}"#, "3"),
      (#"{"input":{"question":"deep"}}"#, "deep"), (#"{"input":{"a":1}}"#, nil), (#"{"response":"not human"}"#, nil),
      (
        #"""
        {"messages":[{"role":"user","content":"1"},{"role":"assistant","content":"2"},{"role":"user",\#
        "content":"3"}]}
        """#,
        "3"
      ),
      (#"{"a":[{"role":"user","content":"1"},{"role":"assistant","content":"2"}],"input":"x"}"#, "1"),
      (
        #"{"question":"new","chat_history":[{"role":"user","content":"old"},{"role":"assistant","content":"a"}]}"#,
        "new"
      ),
      (#"{"args":[],"kwargs":{"question":"Q"}}"#, "Q"), (#"{"args":["session-1"],"kwargs":{}}"#, nil),
      (#"{"inputs":{"input":"Q"},"tags":[]}"#, "Q"), (#"[{"type":"text","text":"Q"}]"#, "Q"),
      (#"{"messages":[{"role":"system","content":"S"}],"input":"Q"}"#, "Q"), ("{not json", "{not json"),
      (#"{"model":"m","input":"Q","instructions":"S"}"#, "Q"),
    ] as [(String, String?)]) func human(_ value: String, _ expected: String?) throws
  {
    for key in [
      "input.value", "langfuse.observation.input", "langfuse.trace.input", "mlflow.spanInputs", "lmnr.span.input",
      "traceloop.entity.input",
    ] {
      #expect(try own([key: value]).human == expected, "\(key)")
    }
  }

  @Test(
    arguments: [
      ("A", "A"), (#""A""#, "A"), ("null", nil), (#"{"response":"1","output":"2"}"#, "1"),
      (#"{"output":"2","answer":"3"}"#, "2"),
      (#"{"answer":"3","result":"4"}"#, "3"), (#"{"result":"4","text":"5"}"#, "4"),
      (#"{"text":"5","content":"6"}"#, "5"),
      (#"{"content":"6","raw":"7"}"#, "6"), (#"{"raw":"7"}"#, "7"), (#"{"message":"not ai"}"#, nil),
      (#"{"score":0.5}"#, nil),
      (#"{"choices":[{"message":{"role":"assistant","content":" A "}}]}"#, "A"),
      (
        #"""
        {"choices":[{"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c",\#
        "function":{"name":"f","arguments":"{}"}}]}}],"text":"x"}
        """#,
        nil
      ),
      (#"{"choices":[],"text":"x"}"#, nil),
      (#"{"object":"response","output":[],"text":{"format":{"type":"text"}}}"#, nil),
      (#"{"messages":[{"role":"user","content":"1"},{"role":"assistant","content":"2"}]}"#, "2"),
      (#"{"messages":[{"role":"assistant","content":"old"},{"role":"user","content":"1"}]}"#, nil),
      (#"{"outputs":{"answer":"A"}}"#, "A"), (#"{"content":[{"type":"text","text":"A"}]}"#, "A"),
    ] as [(String, String?)]) func ai(_ value: String, _ expected: String?) throws
  {
    for key in [
      "output.value", "langfuse.observation.output", "mlflow.spanOutputs", "traceloop.entity.output", "raw.output",
    ] {
      #expect(try own([key: value]).ai == expected, "\(key)")
    }
  }

  @Test func aChainsValuesUnderAModelsKeys() throws {
    let own = try own(["gen_ai.prompt": #"{"question":"Q","content":"C"}"#, "gen_ai.completion": #"{"output":"A"}"#])
    #expect(own == OwnText(human: "Q", ai: "A"))
  }

  @Test func aTranscriptTakesOwnTextWhereNobodySpeaks() throws {
    let texts = try SpokenSpan(texts: ["gen_ai.system_instructions": "S", "input.value": "Q", "output.value": "A"])
      .texts()
    let spoken = texts.messages.completed(by: texts.own)
    #expect(sketch(spoken.input) == ["system: S", "user: Q"])
    #expect(sketch(spoken.output) == ["assistant: A"])
  }

  @Test func messagesComeFirst() throws {
    // FutureAGI's SDK puts the first message of the history into `input.value`.
    let own = try own([
      "input.value": "first", "gen_ai.input.messages.0.message.role": "user",
      "gen_ai.input.messages.0.message.content": "first", "gen_ai.input.messages.1.message.role": "assistant",
      "gen_ai.input.messages.1.message.content": "a", "gen_ai.input.messages.2.message.role": "user",
      "gen_ai.input.messages.2.message.content": "\n last ", "output.value": "x",
      "gen_ai.output.messages.0.message.role": "assistant", "gen_ai.output.messages.0.message.content": " answer ",
    ])
    #expect(own == OwnText(human: "last", ai: "answer"))
  }

  @Test func toolCallsAreNoText() throws {
    let attributes: KeyValuePairs<String, String> = [
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "f",
      "fi.llm.output": "Function: f({})", "output.value": #"{"choices":[{"message":{"tool_calls":[]}}]}"#,
    ]
    let texts = try SpokenSpan(texts: attributes).texts()
    #expect(texts.own.ai == nil)
    #expect(texts.raw.ai == nil)
  }

  @Test func aSideWithoutMessagesIsUnwrapped() throws {
    #expect(try own(["input.value": #"{"question":"Q"}"#, "llm.output_messages.0.message.content": "A"]).human == "Q")
    #expect(
      try own([
        "llm.input_messages.0.message.role": "system", "llm.input_messages.0.message.content": "S", "input.value": "Q",
      ]).human == "Q")
    #expect(try own(["llm.output_messages.0.message.role": "assistant", "output.value": "A"]).ai == "A")
  }

  @Test func partsAreJoinedAndImagesAreNoText() throws {
    let value =
      #"""
      [{"role":"user","content":[{"type":"text","text":"one"},{"type":"image_url",\#
      "image_url":{"url":"data:image/png;base64,AAAA"}},{"type":"text","text":"two"}]}]
      """#
    #expect(try own(["input.value": value]).human == "one\ntwo")
  }

  @Test func aNumberIsATextWhereTheSpanSaysSo() throws {
    #expect(try own(["input.value": "42", "input.mime_type": "text/plain"]).human == "42")
    #expect(try own(["input.value": "42", "input.mime_type": "application/json"]).human == nil)
    #expect(try own(["ai.response.text": "42"]).ai == "42")
  }

  @Test(
    arguments: [
      (#"{"city": "Paris"}"#, #"{"city": "Paris"}"#), ("{}", nil), ("[]", nil), (#"{"args": [], "kwargs": {}}"#, nil),
      ("null", nil),
      ("42", "42"), (#"["a"]"#, #"["a"]"#), (#"[{"role":"system","content":"S"}]"#, nil), ("text", nil),
    ] as [(String, String?)]) func raw(_ value: String, _ expected: String?) throws
  {
    #expect(try SpokenSpan(texts: ["input.value": value]).texts().raw.human == expected)
  }

  /// The reader of messages and the one that reads all texts at once agree.
  @Test func messagesAloneAreThoseOfAllTexts() throws {
    for value in [#"{"question":"Q"}"#, #"[{"role":"user","content":"Q"}]"#, #"{"a":1}"#, "Q"] {
      try SpokenSpan(texts: ["input.value": value, "output.value": value]).read { span, logs in
        let conventions = Conventions()
        let texts = SpanTexts(span, logs: logs, conventions: conventions)
        let messages = readMessages(span, logs: logs, conventions: conventions)
        #expect(messages == texts.messages)
      }
    }
  }
}
