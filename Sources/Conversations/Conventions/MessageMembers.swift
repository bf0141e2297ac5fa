/// Names inside the values of message attributes, which every producer shares in part: the fields of one message of an
/// indexed family, and the members of JSON objects that hold what a person or a model said.
enum MessageField: UInt8, Sendable {
  case role, content, name, toolCallID, finishReason, reasoning, refusal
  /// Of the one function call of a message (OpenAI's first form).
  case functionCallName, functionCallArguments
  /// Of one of a message's content parts.
  case partType, partText, partImage, partAudio, partVideo, partFile, partMediaType
  /// Of one of a message's tool calls.
  case callID, callName, callArguments
}

/// The fields of `<family>.N.<field>`.
struct MessageFieldNames: Sendable {
  typealias Names = [(name: StaticString, field: MessageField)]

  /// May stand between the index and the field.
  static let message: StaticString = "message."
  static let contents: StaticString = "contents."
  static let content: StaticString = "message_content."
  static let toolCalls: StaticString = "tool_calls."
  static let toolCall: StaticString = "tool_call."

  static let ofMessage: Names = [
    ("role", .role), ("content", .content), ("name", .name), ("tool_call_id", .toolCallID),
    ("finish_reason", .finishReason), ("reasoning", .reasoning), ("reasoning_content", .reasoning),
    ("refusal", .refusal), ("function_call_name", .functionCallName),
    ("function_call_arguments_json", .functionCallArguments), ("function_call.name", .functionCallName),
    ("function_call.arguments", .functionCallArguments), ("text", .content), ("prompt.text", .content),
    ("completion.text", .content),
  ]
  static let ofPart: Names = [
    ("type", .partType), ("text", .partText), ("image", .partImage), ("image.image.url", .partImage),
    ("image_url", .partImage), ("audio", .partAudio), ("audio.audio.url", .partAudio), ("video", .partVideo),
    ("file", .partFile), ("audio.audio.mime_type", .partMediaType), ("mime_type", .partMediaType),
  ]
  static let ofToolCall: Names = [
    ("id", .callID), ("name", .callName), ("arguments", .callArguments), ("function.name", .callName),
    ("function.arguments", .callArguments),
  ]
}

/// Members of JSON objects that are no messages themselves.
enum MessageMembers {
  /// What a person said, best first.
  static let human = ["message", "question", "query", "input", "prompt", "text", "content"]
  /// What a model said, best first.
  static let ai = ["response", "output", "answer", "result", "text", "content", "raw"]
  /// What was said before, the new question not among it.
  static let past = ["chat_history", "history", "conversation_history", "message_history", "previous_messages"]
  /// What wraps a function's named arguments or results, not what was said itself.
  static let envelopes = ["kwargs", "inputs", "outputs"]
  /// What describes tools and answers' form, and holds no messages though it may look like it.
  static let descriptions = ["tools", "functions", "tool_definitions", "response_format", "generation_config"]
}
