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
    callsTools = messages.output.indices.contains { !messages.output[$0].toolCalls.isEmpty }
    var raw = OwnText()
    // A tool's arguments are no one's words, and a call for tools is told as such.
    if !kind.isQuiet, human == nil || (ai == nil && !callsTools) {
      raw = reader.rawText()
      if human == nil { rawHuman = raw.human.flatMap { TextPreview(of: $0) } }
      if ai == nil { rawAI = raw.ai.flatMap { TextPreview(of: $0) } }
    }
    if let collector { Self.collect(messages, own, raw, of: kind, into: collector) }
    hasMessages = !messages.isEmpty
    readUsers(messages.input)
  }

  /// By place: a message is large to copy.
  private mutating func readUsers(_ input: [Message]) {
    var last: Int?
    var previous: Int?
    for place in input.indices where input[place].role == .user {
      (previous, last) = (last, place)
      userMessages += 1
    }
    guard let last else { return }
    lastUser = TextPreview.fingerprint(of: input[last].text, known: human)
    if let previous { previousUser = TextPreview.fingerprint(of: input[previous].text, known: nil) }
    endsInToolMessages = last < input.count - 1 && input[input.count - 1].role == .tool
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
