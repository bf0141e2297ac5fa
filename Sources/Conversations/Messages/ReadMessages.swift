package import OTLP

/// The messages of a span. Input and output are decided separately, since producers mix them: each side is what the
/// first source of `MessageSource` that yields any says. `logs` are the log records joined to the span, in their order.
/// `gen_ai.system_instructions` come first where the input holds no system message.
package func readMessages(_ span: SpanView, logs: [LogView], conventions: Conventions) -> SpanMessages {
  var reader = MessageReader(span, logs: logs, conventions: conventions)
  return reader.spanMessages()
}

/// All of a span's texts, read in one pass.
package struct SpanTexts: Sendable {
  package var messages: SpanMessages
  package var own: OwnText
  /// Only for sides without an own text.
  package var raw: OwnText

  package init(_ span: SpanView, logs: [LogView], conventions: Conventions) {
    var reader = MessageReader(span, logs: logs, conventions: conventions)
    messages = reader.spanMessages()
    own = reader.ownText(messages)
    raw = OwnText()
    if own.human == nil || own.ai == nil {
      raw = reader.rawText()
      if own.human != nil { raw.human = nil }
      if own.ai != nil { raw.ai = nil }
    }
  }
}
