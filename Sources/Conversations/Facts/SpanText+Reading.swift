import OTLP

extension SpanText {
  /// Reads a span's messages and its own text.
  init(reading span: SpanView, kind: ObservationKind, logs: [LogView], conventions: Conventions) {
    var reader = MessageReader(span, logs: logs, conventions: conventions)
    let messages = reader.spanMessages()
    let own = reader.ownText(messages)
    human = own.human.flatMap { TextPreview(of: $0) }
    ai = own.ai.flatMap { TextPreview(of: $0) }
    callsTools = messages.output.contains { !$0.toolCalls.isEmpty }
    // A tool's arguments are no one's words, and a call for tools is told as such.
    if !kind.isQuiet, human == nil || (ai == nil && !callsTools) {
      let raw = reader.rawText()
      if human == nil { rawHuman = raw.human.flatMap { TextPreview(of: $0) } }
      if ai == nil { rawAI = raw.ai.flatMap { TextPreview(of: $0) } }
    }
    hasMessages = !messages.isEmpty
    guard let last = messages.input.lastIndex(where: { $0.role == .user }) else { return }
    userMessages = Int64(messages.input.count { $0.role == .user })
    lastUser = TextPreview.fingerprint(of: messages.input[last].text, known: human)
    if let previous = messages.input[..<last].last(where: { $0.role == .user }) {
      previousUser = TextPreview.fingerprint(of: previous.text, known: nil)
    }
    endsInToolMessages = last < messages.input.count - 1 && messages.input.last?.role == .tool
  }
}
