import Conversations
import JSON
import Testing

/// A value under any key of whole values, and what it says. The key does not matter: shapes tell.
struct ShapeCase: CustomTestStringConvertible {
  var name: String
  var value: String
  var messages: [String]

  var testDescription: String { name }

  init(_ name: String, _ value: String, _ messages: [String]) {
    self.name = name
    self.value = value
    self.messages = messages
  }
}

@Suite struct MessageShapeTests {
  @Test(arguments: inputShapes + partShapes) func input(_ shape: ShapeCase) throws {
    for key in ["input.value", "gen_ai.input.messages", "langfuse.observation.input", "traceloop.entity.input"] {
      #expect(sketch(try SpokenSpan(texts: [key: shape.value]).messages().input) == shape.messages, "\(key)")
      #expect(sketch(try SpokenSpan([(key, json(shape.value))]).messages().input) == shape.messages, "\(key), AnyValue")
    }
  }

  @Test(arguments: outputShapes) func output(_ shape: ShapeCase) throws {
    for key in ["output.value", "gen_ai.output.messages", "mlflow.spanOutputs", "raw.output", "gen_ai.completion"] {
      #expect(sketch(try SpokenSpan(texts: [key: shape.value]).messages().output) == shape.messages, "\(key)")
      #expect(
        sketch(try SpokenSpan([(key, json(shape.value))]).messages().output) == shape.messages, "\(key), AnyValue")
    }
  }

  /// They look like messages and are none.
  @Test(arguments: [
    "{}", "[]", "null", "42", "true", #"{"role":"admin","name":"Bob"}"#,
    #"{"properties":{"role":{"type":"string"},"content":{"type":"string"}},"type":"object"}"#,
    #"[{"type":"function","function":{"name":"get_weather","parameters":{}}}]"#,
    #"{"tools":[{"role":"user","content":"not said"}]}"#, #"{"city":"Paris"}"#, #"{"query":"x","top_k":3}"#,
    #"{"choices":[{"text":"A"},{"text":"B"}]}"#, #"[1,[2,[3]]]"#,
  ]) func noMessages(_ value: String) throws {
    #expect(try SpokenSpan(texts: ["input.value": value]).messages().isEmpty)
    #expect(try SpokenSpan([("input.value", json(value))]).messages().isEmpty)
  }

  @Test func malformedJSONIsAText() throws {
    #expect(
      sketch(try SpokenSpan(texts: ["gen_ai.input.messages": "[{\"role\":"]).messages().input) == ["user: [{\"role\":"])
    #expect(try SpokenSpan(texts: ["input.value": "[{\"role\":"]).messages().isEmpty)
  }
}

private let inputShapes: [ShapeCase] = [
  ShapeCase("content text", #"[{"role":"user","content":"Hi"}]"#, ["user: Hi"]),
  ShapeCase("one message", #"{"role":"user","content":"Hi"}"#, ["user: Hi"]),
  ShapeCase(
    "order and roles",
    #"""
    [{"role":"developer","content":"S"},{"role":"human","content":"Q"},{"role":"model","content":"A"},\#
    {"role":"user","content":"Q"}]
    """#,
    ["system: S", "user: Q", "assistant: A", "user: Q"]),
  ShapeCase(
    "OpenAI request",
    #"{"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"Q"}],"temperature":0.2}"#,
    ["system: S", "user: Q"]),
  ShapeCase(
    "Anthropic request",
    #"{"model":"m","system":"S","messages":[{"role":"user","content":[{"type":"text","text":"Q"}]}]}"#,
    ["system: S", "user: Q"]),
  ShapeCase(
    "Anthropic system blocks",
    #"""
    {"system":[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user",\#
    "content":"Q"}]}
    """#,
    ["system: S", "user: Q"]),
  ShapeCase("messages deep inside", #"{"a":{"b":[1,{"messages":[{"role":"user","content":"Q"}]}]}}"#, ["user: Q"]),
  ShapeCase("function arguments", #"{"args":[[{"role":"user","content":"Q"}]],"kwargs":{}}"#, ["user: Q"]),
  ShapeCase("named arguments", #"{"args":[],"kwargs":{"messages":[{"role":"user","content":"Q"}]}}"#, ["user: Q"]),
  ShapeCase("OTel parts", #"[{"role":"user","parts":[{"type":"text","content":"Q"}],"name":null}]"#, ["user: Q"]),
  ShapeCase(
    "Gemini contents",
    #"""
    {"model":"m","contents":[{"role":"user","parts":[{"text":"Q"}]},{"role":"model","parts":[{"text":"A"}]}],\#
    "config":{"system_instruction":"S"}}
    """#,
    ["system: S", "user: Q", "assistant: A"]),
  ShapeCase("Gemini contents text", #"{"model":"m","contents":"Q"}"#, ["user: Q"]),
  ShapeCase(
    "Gemini contents without role",
    #"{"contents":[{"parts":[{"text":"Q"}]}],"systemInstruction":{"parts":[{"text":"S"}]}}"#, ["system: S", "user: Q"]),
  ShapeCase("Google ADK", #"{"content":{"parts":[{"text":"Q"}],"role":"user"}}"#, ["user: Q"]),
  ShapeCase("responses API, text", #"{"model":"m","input":"Q","instructions":"S"}"#, ["system: S", "user: Q"]),
  ShapeCase(
    "responses API, items",
    #"""
    {"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"Q"}]},{"type":"reasoning",\#
    "summary":[{"type":"summary_text","text":"T"}]},{"type":"function_call","call_id":"c1","name":"f",\#
    "arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"18C"}]}
    """#,
    ["user: Q", "assistant: (T) call f({}) #c1", "tool #c1: <c1=18C>"]),
  ShapeCase(
    "OpenAI tools",
    #"""
    [{"role":"user","content":"Q"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1",\#
    "type":"function","function":{"name":"f","arguments":"{\"city\": \"Paris\"}"}}]},{"role":"tool",\#
    "tool_call_id":"c1","content":"18C"}]
    """#,
    ["user: Q", #"assistant: call f({"city": "Paris"}) #c1"#, "tool #c1: 18C"]),
  ShapeCase(
    "OTel tools",
    #"""
    [{"role":"assistant","parts":[{"type":"tool_call","id":"c1","name":"f","arguments":{"city":"Paris"}}]},\#
    {"role":"tool","parts":[{"type":"tool_call_response","id":"c1","response":"18C"}]}]
    """#,
    [#"assistant: call f({"city":"Paris"}) #c1"#, "tool #c1: <c1=18C>"]),
  ShapeCase(
    "Anthropic tools",
    #"""
    [{"role":"assistant","content":[{"type":"text","text":"Let me see."},{"type":"tool_use","id":"t1",\#
    "name":"f","input":{"city":"Paris"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1",\#
    "content":[{"type":"text","text":"18C"}]}]}]
    """#,
    [#"assistant: Let me see. call f({"city":"Paris"}) #t1"#, "tool #t1: <t1=18C>"]),
  ShapeCase(
    "Anthropic result with text stays the user's",
    #"""
    [{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"18C"},{"type":"text",\#
    "text":"And Rome?"}]}]
    """#,
    ["user: <t1=18C> And Rome?"]),
  ShapeCase(
    "Bedrock tools",
    #"""
    {"modelId":"m","messages":[{"role":"user","content":[{"text":"Q"}]},{"role":"assistant",\#
    "content":[{"toolUse":{"toolUseId":"t1","name":"f","input":{"city":"Paris"}}}]},{"role":"user",\#
    "content":[{"toolResult":{"toolUseId":"t1","content":[{"text":"18C"}],"status":"success"}}]}],\#
    "system":[{"text":"S"}]}
    """#,
    ["system: S", "user: Q", #"assistant: call f({"city":"Paris"}) #t1"#, "tool #t1: <t1=18C>"]),
  ShapeCase(
    "Gemini tools",
    #"""
    {"contents":[{"role":"user","parts":[{"text":"Q"}]},{"role":"model","parts":[{"functionCall":{"name":"f",\#
    "args":{"city":"Paris"}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f",\#
    "response":{"temp":18}}}]}]}
    """#,
    ["user: Q", #"assistant: call f({"city":"Paris"})"#, #"tool: <={"temp":18}>"#]),
  ShapeCase(
    "ADK tools",
    #"""
    [{"content":{"role":"model","parts":[{"function_call":{"id":"a1","name":"f","args":{}}}]}},\#
    {"content":{"role":"user","parts":[{"function_response":{"id":"a1","name":"f",\#
    "response":{"result":"18C"}}}]}}]
    """#,
    ["assistant: call f({}) #a1", #"tool #a1: <a1={"result":"18C"}>"#]),
  ShapeCase(
    "Vercel tools",
    #"""
    {"messages":[{"role":"assistant","content":[{"type":"tool-call","toolCallId":"v1","toolName":"f",\#
    "input":{"city":"Paris"}}]},{"role":"tool","content":[{"type":"tool-result","toolCallId":"v1",\#
    "toolName":"f","output":{"type":"text","value":"18C"}}]}]}
    """#,
    [#"assistant: call f({"city":"Paris"}) #v1"#, "tool #v1: <v1=18C>"]),
  ShapeCase(
    "LangChain data",
    #"""
    [{"type":"human","data":{"content":"Q","type":"human"}},{"type":"ai","data":{"content":"",\#
    "tool_calls":[{"name":"f","args":{"city":"Paris"},"id":"l1","type":"tool_call"}]}},{"type":"tool",\#
    "data":{"content":"18C","tool_call_id":"l1","name":"f"}}]
    """#,
    ["user: Q", #"assistant:  call f({"city":"Paris"}) #l1"#, "tool #l1: 18C"]),
  ShapeCase(
    "LangChain constructors, a batch",
    #"""
    {"messages":[[{"lc":1,"type":"constructor","id":["langchain","schema","messages","SystemMessage"],\#
    "kwargs":{"content":"S","type":"system"}},{"lc":1,"type":"constructor","id":["langchain","schema",\#
    "messages","HumanMessage"],"kwargs":{"content":"Q","type":"human"}}]]}
    """#,
    ["system: S", "user: Q"]),
  ShapeCase(
    "LangChain type and content",
    #"""
    {"messages":[{"content":"Q","additional_kwargs":{},"type":"human","name":null,"id":"1"},{"content":"A",\#
    "type":"ai","id":"2"}]}
    """#,
    ["user: Q", "assistant: A"]),
  ShapeCase("LangChain pairs", #"{"messages":[["system","S"],["human","Q"]]}"#, ["system: S", "user: Q"]),
  ShapeCase("pairs alone", #"[["human","Q"],["ai","A"]]"#, ["user: Q", "assistant: A"]),
  ShapeCase(
    "LangChain's Anthropic messages tell a call twice",
    #"""
    [{"type":"ai","content":[{"type":"text","text":"x"},{"type":"tool_use","id":"t1","name":"f","input":{}}],\#
    "tool_calls":[{"name":"f","args":{},"id":"t1"}]}]
    """#,
    ["assistant: x call f({}) #t1"]),
  ShapeCase(
    "function call of old",
    #"""
    [{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},{"role":"function",\#
    "name":"f","content":"18C"}]
    """#,
    ["assistant: call f({})", "tool: 18C"]),
  ShapeCase(
    "history without the question",
    #"{"question":"New?","chat_history":[{"role":"user","content":"Old?"},{"role":"assistant","content":"Old."}]}"#,
    ["user: Old?", "assistant: Old.", "user: New?"]),
  ShapeCase("Vercel prompt", #"{"system":"S","prompt":"Q"}"#, ["system: S", "user: Q"]),
  ShapeCase(
    "nothing is trimmed, said twice stays twice",
    #"[{"role":"user","content":" Q\n"},{"role":"user","content":" Q\n"}]"#, ["user:  Q\n", "user:  Q\n"]),
]

private func part(_ name: String, _ part: String, _ sketch: String) -> ShapeCase {
  ShapeCase(name, #"[{"role":"user","content":[\#(part)]}]"#, ["user: " + sketch])
}

private let partShapes: [ShapeCase] = [
  part("texts", #"{"type":"text","text":"a"},{"type":"input_text","text":"b"},"c""#, "a b c"),
  part("image URL", #"{"type":"image_url","image_url":{"url":"https://x/cat.png"}}"#, "[image https://x/cat.png]"),
  part("image URL as text", #"{"type":"input_image","image_url":"https://x/cat.png"}"#, "[image https://x/cat.png]"),
  part(
    "Anthropic image", #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}"#,
    "[image image/png data:image/png;base64,AAAA]"),
  part(
    "Anthropic image by URL", #"{"type":"image","source":{"type":"url","url":"https://x/cat.png"}}"#,
    "[image https://x/cat.png]"),
  part(
    "Vercel image", #"{"type":"image","image":"AAAA","mediaType":"image/png"}"#,
    "[image image/png data:image/png;base64,AAAA]"),
  part(
    "Gemini image", #"{"inlineData":{"mimeType":"image/png","data":"AAAA"}}"#,
    "[image image/png data:image/png;base64,AAAA]"),
  part(
    "Gemini file", #"{"file_data":{"mime_type":"application/pdf","file_uri":"gs://b/f.pdf"}}"#,
    "[file application/pdf gs://b/f.pdf]"),
  part(
    "Bedrock image", #"{"image":{"format":"png","source":{"bytes":"AAAA"}}}"#,
    "[image image/png data:image/png;base64,AAAA]"),
  part(
    "OTel blob", #"{"type":"blob","modality":"image","mime_type":"image/png","content":"AAAA"}"#,
    "[image image/png data:image/png;base64,AAAA]"),
  part(
    "OTel URI", #"{"type":"uri","modality":"audio","mime_type":"audio/wav","uri":"https://x/a.wav"}"#,
    "[audio audio/wav https://x/a.wav]"),
  part(
    "input audio", #"{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}"#,
    "[audio audio/wav data:audio/wav;base64,AAAA]"),
  part("file", #"{"type":"file","file":{"file_id":"file-1"}}"#, "[file file-1]"),
  part(
    "document", #"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"AAAA"}}"#,
    "[file application/pdf data:application/pdf;base64,AAAA]"),
  part("unknown", #"{"type":"hologram","beam":1}"#, "{hologram}"),
]

private let outputShapes: [ShapeCase] = [
  ShapeCase(
    "OTel",
    #"""
    [{"role":"assistant","parts":[{"type":"text","content":"A"}],"finish_reason":"stop"}]
    """#, ["assistant: A"]),
  ShapeCase(
    "choices",
    #"""
    {"id":"x","object":"chat.completion","choices":[{"finish_reason":"stop","index":0,\#
    "message":{"content":"A","refusal":null,"role":"assistant"}}]}
    """#,
    ["assistant: A"]),
  ShapeCase(
    "choices with tools",
    #"""
    {"choices":[{"message":{"content":null,"role":"assistant","tool_calls":[{"id":"c1","function":{"name":"f",\#
    "arguments":"{}"},"type":"function"}]}}]}
    """#,
    ["assistant: call f({}) #c1"]),
  ShapeCase("choices of texts", #"{"object":"text_completion","choices":[{"text":"A","index":0}]}"#, ["assistant: A"]),
  ShapeCase("a choice without role", #"{"choices":[{"message":{"content":"A"}}]}"#, ["assistant: A"]),
  ShapeCase(
    "a refusal", #"{"choices":[{"message":{"role":"assistant","content":null,"refusal":"No."}}]}"#, ["assistant: No."]),
  ShapeCase(
    "responses API",
    #"""
    {"object":"response","output":[{"type":"reasoning","summary":[]},{"type":"message","role":"assistant",\#
    "content":[{"type":"output_text","text":"A"}]},{"type":"function_call","call_id":"c1","name":"f",\#
    "arguments":"{}"}]}
    """#,
    ["assistant: A call f({}) #c1"]),
  ShapeCase(
    "Anthropic",
    #"""
    {"id":"msg","type":"message","role":"assistant","content":[{"type":"thinking","thinking":"T",\#
    "signature":"s"},{"type":"text","text":"A"}],"stop_reason":"end_turn"}
    """#,
    ["assistant: (T) A"]),
  ShapeCase(
    "Gemini",
    #"""
    {"candidates":[{"content":{"parts":[{"text":"T","thought":true},{"text":"A"}],"role":"model"},\#
    "finishReason":"STOP"}]}
    """#,
    ["assistant: (T) A"]),
  ShapeCase(
    "Google ADK", #"{"content":{"parts":[{"text":"A"}],"role":"model"},"finish_reason":"STOP","usage_metadata":{}}"#,
    ["assistant: A"]),
  ShapeCase(
    "Bedrock", #"{"output":{"message":{"role":"assistant","content":[{"text":"A"}]}},"stopReason":"end_turn"}"#,
    ["assistant: A"]),
  ShapeCase("Ollama", #"{"model":"m","message":{"role":"assistant","content":"A"},"done":true}"#, ["assistant: A"]),
  ShapeCase(
    "LangChain generations",
    #"""
    {"generations":[[{"text":"A","generation_info":{"finish_reason":"stop"},"type":"ChatGeneration",\#
    "message":{"lc":1,"type":"constructor","id":["langchain","schema","messages","AIMessage"],\#
    "kwargs":{"content":"A","type":"ai"}}}]],"llm_output":{}}
    """#,
    ["assistant: A"]),
  ShapeCase("LangChain generation texts", #"{"generations":[[{"text":"A"}]]}"#, ["assistant: A"]),
  ShapeCase("one message", #"{"role":"assistant","content":"A"}"#, ["assistant: A"]),
  ShapeCase(
    "spoken", #"{"choices":[{"message":{"role":"assistant","content":null,"audio":{"data":"AAAA","format":"wav"}}}]}"#,
    ["assistant: [audio audio/wav data:audio/wav;base64,AAAA]"]),
  ShapeCase(
    "a state", #"{"messages":[{"type":"human","content":"Q"},{"type":"ai","content":"A"}]}"#,
    ["user: Q", "assistant: A"]),
]
