import OTLP
import Telemetry

/// Reads the whole texts of a turn back out of its traces' payload.
struct TurnTexts {
  let conventions: Conventions

  /// What a span says for a turn's Human: its own text, else its raw JSON, with the parts of the message it comes from.
  func human(of spanID: SpanID, in trace: IndexedTrace) -> TurnText? {
    read(spanID, in: trace) { texts in
      let message = texts.messages.input.last { $0.role == .user }
      guard let content = texts.own.human ?? texts.raw.human else { return message.flatMap(Self.withoutText) }
      return Self.text(content, message)
    }
  }

  /// What a span says for a turn's AI.
  func ai(of spanID: SpanID, in trace: IndexedTrace) -> TurnText? {
    read(spanID, in: trace) { texts in
      guard let content = texts.own.ai ?? texts.raw.ai else { return nil }
      return Self.text(content, texts.messages.output.last { !WhiteSpace.trimmed($0.text).isEmpty })
    }
  }

  func toolCalls(of spanID: SpanID, in trace: IndexedTrace) -> [ToolCall] {
    trace.withSpan(spanID) { span, logs in
      readMessages(span, logs: logs, conventions: conventions).output.flatMap(\.toolCalls)
    } ?? []
  }

  private func read(
    _ spanID: SpanID, in trace: IndexedTrace, _ use: (SpanTexts) -> TurnText?
  ) -> TurnText? {
    trace.withSpan(spanID) { use(SpanTexts($0, logs: $1, conventions: conventions)) } ?? nil
  }

  /// The parts are the message's where the content is its text: else the content is the only part.
  private static func text(_ content: String, _ message: Message?) -> TurnText {
    guard let message, sameUTF8(WhiteSpace.trimmed(message.text), content) else {
      return TurnText(content: content, parts: [.text(content)])
    }
    return TurnText(content: content, parts: message.parts)
  }

  /// A message of images alone has no text, but it was said.
  private static func withoutText(_ message: Message) -> TurnText? {
    let parts = message.parts.filter { $0.text == nil }
    return parts.isEmpty ? nil : TurnText(content: "", parts: parts)
  }
}
