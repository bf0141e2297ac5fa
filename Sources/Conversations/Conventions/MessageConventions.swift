/// Where a span's messages may stand, best first: a side of a span takes the first that yields any.
package enum MessageSource: UInt8, Sendable, CaseIterable {
  case llmMessages, genAIIndexedMessages, genAIMessages
  case operationDetails, messageEvents, messageEventList
  case genAIIndexedPrompts, llmIndexedPrompts
  case vercel, langfuse, langfuseTrace, mlflow, genAIPrompt, googleADK, laminar, traceloop
  case inputOutput, vercelPrompt, task
  case pydanticAI, futureAGI, raw

  /// A plain text that stands here was said to or by the model. Elsewhere it may be what any function took or gave,
  /// and is a message only beside messages of the span's other side.
  var isSpoken: Bool {
    switch self {
    case .llmMessages, .genAIIndexedMessages, .genAIMessages, .operationDetails, .messageEvents, .messageEventList,
      .genAIIndexedPrompts, .llmIndexedPrompts, .vercel, .genAIPrompt, .vercelPrompt, .pydanticAI, .futureAGI:
      true
    case .langfuse, .langfuseTrace, .mlflow, .googleADK, .laminar, .traceloop, .inputOutput, .task, .raw: false
    }
  }
}

/// What a row of a source holds.
enum MessagePart: UInt8, Sendable {
  case input, output
  /// The conversation with the answer at its end.
  case history
  case system, toolCalls
  /// The media type of `input` and of `output`.
  case inputType, outputType
  /// Events and log records: one that holds a whole call, or one message of a role.
  case details, systemMessage, userMessage, assistantMessage, toolMessage, choice
  /// Attributes of an event or log record: its name, its body.
  case eventName, eventBody
}

/// A row of `Convention.messages`, as the readers of messages need it.
struct MessageRow: Sendable {
  var source: MessageSource
  var part: MessagePart
  var pattern: Convention.Pattern
  var place: Convention.Place
  var origin: ConventionOrigin
  var reading: Convention.Reading

  fileprivate init(
    _ source: MessageSource, _ part: MessagePart, _ pattern: Convention.Pattern, _ origin: ConventionOrigin,
    at place: Convention.Place = .span, _ reading: Convention.Reading = .json
  ) {
    self.source = source
    self.part = part
    self.pattern = pattern
    self.place = place
    self.origin = origin
    self.reading = reading
  }
}

extension Convention {
  /// Messages and texts of spans; `detail` is the place in `MessageRow.all`.
  static let messages: [Convention] = MessageRow.all.enumerated().map { index, row in
    Convention(
      .messages, row.pattern, at: row.place, from: row.origin, reading: row.reading,
      detail: UInt16(truncatingIfNeeded: index))
  }
}

/// What the scan of a span's attributes needs of a row, small and without references.
struct MessageRowBrief: Sendable {
  var source: MessageSource
  var part: MessagePart
  var reading: Convention.Reading
  /// The bytes of a family's prefix; 0 for a whole key.
  var prefixCount: Int

  static let all: [MessageRowBrief] = MessageRow.all.map { row in
    var count = 0
    if case .family(let prefix, _) = row.pattern { count = prefix.utf8.count }
    return MessageRowBrief(source: row.source, part: row.part, reading: row.reading, prefixCount: count)
  }
}

extension MessageRow {
  /// In the order of `MessageSource`; at most 256.
  static let all: [MessageRow] = indexed + genAI + events + vendors + general

  private static let indexed: [MessageRow] = [
    family(.llmMessages, .input, "llm.input_messages.", "N.message.*", .openInference),
    family(.llmMessages, .output, "llm.output_messages.", "N.message.*", .openInference),
    family(.genAIIndexedMessages, .input, "gen_ai.input.messages.", "N.message.*", .futureAGI),
    family(.genAIIndexedMessages, .output, "gen_ai.output.messages.", "N.message.*", .futureAGI),
    family(.genAIIndexedPrompts, .input, "gen_ai.prompt.", "N.*", .traceloop),
    family(.genAIIndexedPrompts, .output, "gen_ai.completion.", "N.*", .traceloop),
    family(.llmIndexedPrompts, .input, "llm.prompts.", "N.*", .openInference),
    key(.llmIndexedPrompts, .input, "llm.prompts", .openInference),
    family(.llmIndexedPrompts, .output, "llm.completions.", "N.*", .traceloop),
    family(.llmIndexedPrompts, .output, "llm.choices.", "N.completion.text", .openInference),
  ]

  private static let genAI: [MessageRow] = [
    key(.genAIMessages, .input, "gen_ai.input.messages", .otelGenAI),
    key(.genAIMessages, .output, "gen_ai.output.messages", .otelGenAI),
    key(.genAIMessages, .system, "gen_ai.system_instructions", .otelGenAI),
  ]

  private static let events: [MessageRow] =
    onEvents(.operationDetails, .details, "gen_ai.client.inference.operation.details", .otelGenAI)
    + onEvents(.messageEvents, .systemMessage, "gen_ai.system.message", .otelGenAIEvents)
    + onEvents(.messageEvents, .userMessage, "gen_ai.user.message", .otelGenAIEvents)
    + onEvents(.messageEvents, .assistantMessage, "gen_ai.assistant.message", .otelGenAIEvents)
    + onEvents(.messageEvents, .toolMessage, "gen_ai.tool.message", .otelGenAIEvents)
    + onEvents(.messageEvents, .choice, "gen_ai.choice", .otelGenAIEvents)
    + onEvents(.genAIPrompt, .details, "gen_ai.content.prompt", .openLIT)
    + onEvents(.genAIPrompt, .details, "gen_ai.content.completion", .openLIT)
    + [
      MessageRow(.messageEvents, .eventName, .key("event.name"), .otelGenAIEvents, at: .log, .plain),
      MessageRow(.messageEvents, .eventBody, .key("gen_ai.event.content"), .azure, at: .event),
      MessageRow(.messageEvents, .eventBody, .key("gen_ai.event.content"), .azure, at: .log),
      key(.messageEventList, .history, "events", .pydanticAIEvents),
      key(.messageEventList, .history, "all_messages_events", .pydanticAIEvents),
    ]

  private static let vendors: [MessageRow] = [
    key(.vercel, .input, "ai.prompt.messages", .vercel),
    key(.vercel, .output, "ai.response.text", .vercel, .plain),
    key(.vercel, .toolCalls, "ai.response.toolCalls", .vercel),
    key(.vercel, .output, "ai.response.object", .vercel, .plain),
    key(.vercel, .output, "ai.result.text", .vercel, .plain),
    key(.vercel, .toolCalls, "ai.result.toolCalls", .vercel),
    key(.vercel, .output, "ai.result.object", .vercel, .plain),
    key(.langfuse, .input, "langfuse.observation.input", .langfuse),
    key(.langfuse, .output, "langfuse.observation.output", .langfuse),
    key(.langfuseTrace, .input, "langfuse.trace.input", .langfuse),
    key(.langfuseTrace, .output, "langfuse.trace.output", .langfuse),
    key(.mlflow, .input, "mlflow.spanInputs", .mlflow),
    key(.mlflow, .output, "mlflow.spanOutputs", .mlflow),
    key(.genAIPrompt, .input, "gen_ai.prompt", .openLIT),
    key(.genAIPrompt, .output, "gen_ai.completion", .openLIT),
    key(.googleADK, .input, "gcp.vertex.agent.llm_request", .googleADK),
    key(.googleADK, .output, "gcp.vertex.agent.llm_response", .googleADK),
    key(.laminar, .input, "lmnr.span.input", .laminar),
    key(.laminar, .output, "lmnr.span.output", .laminar),
    key(.traceloop, .input, "traceloop.entity.input", .traceloop),
    key(.traceloop, .output, "traceloop.entity.output", .traceloop),
  ]

  private static let general: [MessageRow] = [
    key(.inputOutput, .input, "input.value", .openInference),
    key(.inputOutput, .output, "output.value", .openInference),
    key(.inputOutput, .inputType, "input.mime_type", .openInference, .plain),
    key(.inputOutput, .outputType, "output.mime_type", .openInference, .plain),
    key(.vercelPrompt, .input, "ai.prompt", .vercel),
    key(.task, .input, "gen_ai.task.input", .otelGenAI),
    key(.task, .output, "gen_ai.task.output", .otelGenAI),
    key(.pydanticAI, .history, "pydantic_ai.all_messages", .pydanticAI),
    key(.pydanticAI, .output, "final_result", .pydanticAI),
    key(.futureAGI, .output, "fi.llm.output", .futureAGI, .plain),
    key(.raw, .input, "raw.input", .futureAGI),
    key(.raw, .output, "raw.output", .futureAGI),
  ]

  private static func family(
    _ source: MessageSource, _ part: MessagePart, _ prefix: String, _ shape: String, _ origin: ConventionOrigin
  ) -> MessageRow {
    MessageRow(source, part, .family(prefix: prefix, shape: prefix + shape), origin)
  }

  private static func key(
    _ source: MessageSource, _ part: MessagePart, _ key: String, _ origin: ConventionOrigin,
    _ reading: Convention.Reading = .json
  ) -> MessageRow {
    MessageRow(source, part, .key(key), origin, at: .span, reading)
  }

  /// Producers send the same things as events of the span and as log records.
  private static func onEvents(
    _ source: MessageSource, _ part: MessagePart, _ name: String, _ origin: ConventionOrigin
  ) -> [MessageRow] {
    [MessageRow(source, part, .key(name), origin, at: .event), MessageRow(source, part, .key(name), origin, at: .log)]
  }
}

extension ConventionOrigin {
  static let otelGenAIEvents = ConventionOrigin(
    "OTel GenAI", "semantic conventions 1.28 to 1.36",
    source: "https://github.com/open-telemetry/semantic-conventions/blob/v1.36.0/docs/gen-ai/gen-ai-events.md")
  static let azure = ConventionOrigin(
    "Azure AI SDK", source: "https://learn.microsoft.com/azure/ai-foundry/how-to/develop/trace-agents-sdk")
  static let pydanticAIEvents = ConventionOrigin(
    "pydantic-ai", "before 1.0", source: "https://ai.pydantic.dev/logfire/")
}
