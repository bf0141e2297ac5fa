package import Telemetry

/// What one side of a turn said, whole.
package struct TurnText: Sendable, Hashable {
  /// Plain text, trimmed; empty where a side sent only images, or only called tools.
  package var content: String
  package var parts: [ContentPart]
  /// The tools that the turn's calls asked for, in their order; on the AI's side only.
  package var toolCalls: [ToolCall]

  package init(content: String, parts: [ContentPart], toolCalls: [ToolCall] = []) {
    self.content = content
    self.parts = parts
    self.toolCalls = toolCalls
  }
}

/// One exchange of a conversation, whole.
package struct Turn: Sendable, Hashable {
  /// From 1.
  package var index: Int
  /// The trace and the span that it began with.
  package var traceID: TraceID
  package var spanID: SpanID
  package var startTime: UnixNanoseconds
  package var endTime: UnixNanoseconds
  package var status: TurnSketch.Status
  package var human: TurnText?
  package var ai: TurnText?
  /// Why it failed; nil unless `status` is error.
  package var error: String?
  package var model: String?
  package var tokens: TokenCounts?
  package var cost: PicoDollars?
  package var userID: UserID?
  /// A JSON object, compact; nil without metadata.
  package var metadata: String?
  package var tags: [String]
}

extension TurnSketch.Status {
  /// As the API writes it: with its status a turn without AI text says why it has none.
  package var name: String {
    switch self {
    case .ok: "ok"
    case .error: "error"
    case .pending: "pending"
    case .toolCalls: "tool_calls"
    }
  }
}
