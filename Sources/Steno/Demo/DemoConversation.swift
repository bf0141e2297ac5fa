import JSON

/// Three turns on photosynthesis as the FutureAGI SDK (fi-instrumentation-otel 1.1.0, traceai-openai 0.1.10) exports
/// them, each in a trace of its own, with the history in every input.
struct DemoConversation {
  static let project = "chatbot-session-demo"
  static let session = "session-c91d4e"
  static let user = "user-7f3a2b"

  /// When the first turn starts, in nanoseconds since 1970.
  let start: UInt64

  private struct Turn {
    var traceID: String
    var spanID: String
    var question: String
    var answer: String
    var stage: String
    var inputTokens: Int64
    var outputTokens: Int64
    var milliseconds: UInt64
  }

  /// The IDs are fixed, so that sending again replaces.
  private static let turns = [
    Turn(
      traceID: "57e0d0000000000000000000000000a1", spanID: "57e0d000000000a1", question: "What is photosynthesis?",
      answer: """
        Photosynthesis is the process by which plants, algae, and some bacteria
        convert sunlight, water, and carbon dioxide into glucose and oxygen.
        """,
      stage: "opening", inputTokens: 13, outputTokens: 35, milliseconds: 51),
    Turn(
      traceID: "57e0d0000000000000000000000000a2", spanID: "57e0d000000000a2",
      question: "How does it differ from cellular respiration?",
      answer: """
        While photosynthesis converts energy from light into stored chemical energy
        (glucose), cellular respiration does the reverse — it breaks down glucose.
        """,
      stage: "deepening", inputTokens: 76, outputTokens: 37, milliseconds: 72),
    Turn(
      traceID: "57e0d0000000000000000000000000a3", spanID: "57e0d000000000a3",
      question: "Give me a one-sentence summary of both processes.",
      answer: """
        Photosynthesis builds glucose from sunlight and CO₂, while cellular
        respiration breaks glucose down to release energy for the cell.
        """,
      stage: "closing", inputTokens: 144, outputTokens: 32, milliseconds: 65),
  ]

  /// An ExportTraceServiceRequest in OTLP/JSON.
  var request: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.list("resourceSpans") { json in
      json.object("resource") { json in
        json.list("attributes") { json in
          json.attribute("project_name", Self.project)
          json.attribute("project_type", "observe")
          json.attribute("project_version_name", "DEFAULT_PROJECT_VERSION_NAME")
          json.attribute("metadata", "{}")
          json.attribute("semantic_convention", "fi")
        }
      }
      json.list("scopeSpans") { json in
        json.object("scope") { json in
          json.member("name", "traceai_openai")
          json.member("version", "0.1.0")
        }
        json.key("spans")
        json.beginArray()
        for index in Self.turns.indices { span(index, &json) }
        json.endArray()
      }
    }
    json.endObject()
    return json.bytes
  }

  private func span(_ index: Int, _ json: inout JSONWriter) {
    let turn = Self.turns[index]
    let begin = start + UInt64(index) * 100_000_000
    json.beginObject()
    json.member("traceId", turn.traceID)
    json.member("spanId", turn.spanID)
    json.member("name", "ChatCompletion")
    json.key("kind")
    json.int(1)
    json.member("startTimeUnixNano", String(begin))
    json.member("endTimeUnixNano", String(begin + turn.milliseconds * 1_000_000))
    json.key("attributes")
    json.beginArray()
    attributes(index, turn, &json)
    json.endArray()
    json.object("status") { json in
      json.key("code")
      json.int(1)
    }
    json.key("flags")
    json.int(256)
    json.endObject()
  }

  private func attributes(_ index: Int, _ turn: Turn, _ json: inout JSONWriter) {
    let metadata =
      "{\"turn_number\": \(index + 1), \"conversation_stage\": \"\(turn.stage)\", \"total_turns\": \(Self.turns.count)}"
    json.attribute("gen_ai.provider.name", "openai")
    json.attribute("input.mime_type", "application/json")
    json.attribute("gen_ai.tool.definitions", "null")
    // As the SDK does it: the first message of the history, on every turn.
    json.attribute("input.value", Self.turns[0].question)
    json.attribute("output.value", turn.answer)
    json.attribute("session.id", Self.session)
    json.attribute("gen_ai.conversation.id", Self.session)
    json.attribute("user.id", Self.user)
    json.attribute("metadata", metadata)
    json.attribute("gen_ai.request.parameters", "{\"model\": \"gpt-4o-mini\"}")
    var place = 0
    for earlier in Self.turns[...index] {
      json.message("gen_ai.input.messages.\(place)", role: "user", earlier.question)
      if earlier.spanID != turn.spanID {
        json.message("gen_ai.input.messages.\(place + 1)", role: "assistant", earlier.answer)
      }
      place += 2
    }
    json.attribute("gen_ai.request.model", "gpt-4o-mini-2024-07-18")
    json.attribute("gen_ai.usage.total_tokens", turn.inputTokens + turn.outputTokens)
    json.attribute("gen_ai.usage.input_tokens", turn.inputTokens)
    json.attribute("gen_ai.usage.output_tokens", turn.outputTokens)
    json.message("gen_ai.output.messages.0", role: "assistant", turn.answer)
    json.attribute("gen_ai.span.kind", "LLM")
  }
}

extension JSONWriter {
  fileprivate mutating func object(_ key: String, _ write: (inout JSONWriter) -> Void) {
    self.key(key)
    beginObject()
    write(&self)
    endObject()
  }

  /// An array of one object, or, for `attributes`, of what `write` writes.
  fileprivate mutating func list(_ key: String, _ write: (inout JSONWriter) -> Void) {
    self.key(key)
    beginArray()
    let isObject = key != "attributes"
    if isObject { beginObject() }
    write(&self)
    if isObject { endObject() }
    endArray()
  }

  fileprivate mutating func member(_ key: String, _ value: String) {
    self.key(key)
    string(value)
  }

  fileprivate mutating func attribute(_ key: String, _ value: String) {
    beginObject()
    member("key", key)
    object("value") { $0.member("stringValue", value) }
    endObject()
  }

  fileprivate mutating func attribute(_ key: String, _ value: Int64) {
    beginObject()
    member("key", key)
    object("value") { $0.member("intValue", String(value)) }
    endObject()
  }

  fileprivate mutating func message(_ prefix: String, role: String, _ content: String) {
    attribute(prefix + ".message.role", role)
    attribute(prefix + ".message.content", content)
  }
}
