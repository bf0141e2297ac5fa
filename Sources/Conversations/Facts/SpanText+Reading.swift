import OTLP

extension SpanText {
  /// Reads a span's messages and its own text; `attributes` are those that hold messages, `collector` is told what it
  /// says.
  init(
    reading span: SpanView, _ attributes: [MessageAttribute], kind: ObservationKind, logs: [LogView],
    conventions: Conventions, collector: MessageCollector?
  ) {
    var reader = MessageReader(span, attributes, logs: logs, conventions: conventions)
    let messages = reader.spanMessages()
    let own = reader.ownText(messages)
    human = own.human.flatMap { TextPreview(of: $0) }
    ai = own.ai.flatMap { TextPreview(of: $0) }
    callsTools = messages.output.contains { !$0.toolCalls.isEmpty }
    var raw = OwnText()
    // A tool's arguments are no one's words, and a call for tools is told as such.
    if !kind.isQuiet, human == nil || (ai == nil && !callsTools) {
      raw = reader.rawText()
      if human == nil { rawHuman = raw.human.flatMap { TextPreview(of: $0) } }
      if ai == nil { rawAI = raw.ai.flatMap { TextPreview(of: $0) } }
    }
    if let collector { Self.collect(messages, own, raw, of: kind, into: collector) }
    hasMessages = !messages.isEmpty
    guard let last = messages.input.lastIndex(where: { $0.role == .user }) else { return }
    userMessages = Int64(messages.input.count { $0.role == .user })
    lastUser = TextPreview.fingerprint(of: messages.input[last].text, known: human)
    if let previous = messages.input[..<last].last(where: { $0.role == .user }) {
      previousUser = TextPreview.fingerprint(of: previous.text, known: nil)
    }
    endsInToolMessages = last < messages.input.count - 1 && messages.input.last?.role == .tool
  }

  /// The messages of a transcript, and what a turn shows where nobody speaks. What goes in and out of a tool is no
  /// message: the model's call and the answer that it was given are.
  private static func collect(
    _ messages: SpanMessages, _ own: OwnText, _ raw: OwnText, of kind: ObservationKind, into collector: MessageCollector
  ) {
    for message in messages.input { collector.add(message) }
    for message in messages.output { collector.add(message) }
    if kind.isQuiet { return }
    if messages.input.allSatisfy({ $0.role == .system }), let human = own.human ?? raw.human {
      collector.add(.user, human)
    }
    if messages.output.isEmpty, let ai = own.ai ?? raw.ai { collector.add(.assistant, ai) }
  }
}
