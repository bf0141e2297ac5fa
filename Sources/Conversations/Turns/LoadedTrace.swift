package import OTLP
package import Telemetry

/// A trace with its payload at hand.
package struct LoadedTrace: Sendable {
  package var traceID: TraceID
  package var summary: TraceSummary
  package var facts: [SpanFacts]
  /// Of each span the version that counts, and its log records in their order.
  package var telemetry: DecodedTelemetry

  package init(traceID: TraceID, summary: TraceSummary, facts: [SpanFacts], telemetry: DecodedTelemetry) {
    self.traceID = traceID
    self.summary = summary
    self.facts = facts
    self.telemetry = telemetry
  }
}

/// Reads whole texts back out of a trace's payload.
struct TraceTexts {
  private let view: TelemetryView
  private let conventions: Conventions
  private let traceID: TraceID

  init(_ view: TelemetryView, of traceID: TraceID, _ conventions: Conventions) {
    self.view = view
    self.traceID = traceID
    self.conventions = conventions
  }

  /// What a span says for a turn's Human: its own text, else its raw JSON, with the parts of the message it comes from.
  func human(of spanID: SpanID) -> TurnText? {
    guard let read = read(spanID) else { return nil }
    let message = read.messages.input.last { $0.role == .user }
    let content = read.own.human ?? readRawText(read.span, conventions: conventions).human
    guard let content else { return message.flatMap(Self.withoutText) }
    return Self.text(content, message)
  }

  func ai(of spanID: SpanID) -> TurnText? {
    guard let read = read(spanID) else { return nil }
    let content = read.own.ai ?? readRawText(read.span, conventions: conventions).ai
    guard let content else { return nil }
    return Self.text(content, read.messages.output.last { !WhiteSpace.trimmed($0.text).isEmpty })
  }

  func toolCalls(of spanID: SpanID) -> [ToolCall] { read(spanID)?.messages.output.flatMap(\.toolCalls) ?? [] }

  /// The parts are the message's where the content is its text: else the content is the only part.
  private static func text(_ content: String, _ message: Message?) -> TurnText {
    guard let message, WhiteSpace.trimmed(message.text).utf8.elementsEqual(content.utf8) else {
      return TurnText(content: content, parts: [.text(content)])
    }
    return TurnText(content: content, parts: message.parts)
  }

  /// A message of images alone has no text, but it was said.
  private static func withoutText(_ message: Message) -> TurnText? {
    let parts = message.parts.filter { part in
      if case .text = part { false } else { true }
    }
    return parts.isEmpty ? nil : TurnText(content: "", parts: parts)
  }

  private func read(_ spanID: SpanID) -> (span: SpanView, messages: SpanMessages, own: OwnText)? {
    guard let index = view.spans.firstIndex(where: { $0.spanID == spanID && $0.traceID == traceID }) else { return nil }
    let span = view.span(index)
    let logs = view.logs.indices.filter { view.logs[$0].spanID == spanID && view.logs[$0].traceID == traceID }
    let messages = readMessages(span, logs: logs.map { view.log($0) }, conventions: conventions)
    return (span, messages, readOwnText(span, messages: messages, conventions: conventions))
  }
}
