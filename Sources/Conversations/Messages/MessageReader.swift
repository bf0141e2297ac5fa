import JSON
import OTLP

/// Takes the sources of a span's messages in their order, for each side on its own.
struct MessageReader {
  var scan: MessageScan
  let conventions: Conventions
  private let events: MessageEvents?
  private let logs: MessageEvents?
  /// What was looked for once, with nil where there is none.
  private var histories: [HistoryPlace: [Message]?] = [:]

  init(_ span: SpanView, logs: [LogView], conventions: Conventions) {
    scan = MessageScan(span.attributes, in: span.source, conventions)
    self.conventions = conventions
    events = span.ref.events.isEmpty ? nil : MessageEvents(span, conventions)
    self.logs = logs.isEmpty ? nil : MessageEvents(logs, conventions)
  }

  /// Of a span whose keys were looked up before.
  init(_ span: SpanView, _ messages: [MessageAttribute], logs: [LogView], conventions: Conventions) {
    scan = MessageScan(span, messages, conventions)
    self.conventions = conventions
    events = span.ref.events.isEmpty ? nil : MessageEvents(span, conventions)
    self.logs = logs.isEmpty ? nil : MessageEvents(logs, conventions)
  }

  init(scan: MessageScan, conventions: Conventions) {
    self.scan = scan
    self.conventions = conventions
    events = nil
    logs = nil
  }

  /// Both sides, and what ties them together.
  mutating func spanMessages() -> SpanMessages {
    var (input, inputSource) = messages(.input)
    var (output, outputSource) = messages(.output)
    if inputSource == .llmMessages, outputSource != .llmMessages, let whole = history(beginningWith: input) {
      (input, inputSource) = (whole, .inputOutput)
    }
    if input.isEmpty, !output.isEmpty { (input, inputSource) = plainText(.input) }
    if output.isEmpty, !input.isEmpty { (output, outputSource) = plainText(.output) }
    dropRepeatedInput(input, &output)
    if !input.indices.contains(where: { input[$0].role == .system }) {
      let system = systemMessages()
      if !system.isEmpty {
        if input.isEmpty { inputSource = .genAIMessages }
        input.insert(contentsOf: system, at: 0)
      }
    }
    return SpanMessages(
      input: input, output: output, inputSource: inputSource.map { MessageRow.name($0, .input) } ?? "",
      outputSource: outputSource.map { MessageRow.name($0, .output) } ?? "")
  }

  /// What the first source that yields any says went in, or came out; one whose messages are roles alone gives way to
  /// one that says more.
  mutating func messages(_ side: MessageSide) -> (messages: [Message], source: MessageSource?) {
    var left = scan.sources | (events?.sources ?? 0) | (logs?.sources ?? 0)
    var hollow: (messages: [Message], source: MessageSource?) = ([], nil)
    while left != 0 {
      let rank = left.trailingZeroBitCount
      left &= left - 1
      guard let source = MessageSource(rawValue: UInt8(rank)) else { break }
      let messages = messages(source, side)
      if messages.contains(where: { !$0.isEmpty }) { return (messages, source) }
      if hollow.messages.isEmpty, !messages.isEmpty { hollow = (messages, source) }
    }
    return hollow
  }

  private mutating func messages(_ source: MessageSource, _ side: MessageSide) -> [Message] {
    let part: MessagePart = side == .input ? .input : .output
    switch source {
    case .llmMessages, .genAIIndexedMessages, .genAIIndexedPrompts:
      return scan.indexed(source, part, side: side)
    case .llmIndexedPrompts:
      let indexed = scan.indexed(source, part, side: side)
      return indexed.isEmpty ? whole(source, part, side) : indexed
    case .operationDetails: return onEvents { $0.details(source, side) }
    case .messageEvents: return onEvents { $0.messages(side) }
    case .messageEventList: return history(source, side)
    case .pydanticAI:
      let told = history(source, side)
      return told.isEmpty ? whole(source, part, side) : told
    case .vercel where side == .output: return vercelAnswer()
    case .genAIPrompt:
      let own = whole(source, part, side)
      return own.isEmpty ? onEvents { $0.details(source, side) } : own
    default: return whole(source, part, side)
    }
  }

  private func onEvents(_ read: (MessageEvents) -> [Message]) -> [Message] {
    if let events, case let messages = read(events), !messages.isEmpty { return messages }
    return logs.map(read) ?? []
  }

  private mutating func whole(_ source: MessageSource, _ part: MessagePart, _ side: MessageSide) -> [Message] {
    for (place, value) in scan.values(source, part).enumerated() {
      switch value {
      case .nothing: continue
      case .text(let text), .scalar(let text):
        if source.isSpoken { return [Message(role: side.defaultRole, text: text)] }
      case .json(let json):
        let messages =
          source.isSpoken ? HistoryReader(side: side).spoken(json) : history(in: json, at: place, of: source, side)
        if let messages, !messages.isEmpty { return messages }
      }
    }
    return []
  }

  /// The history that a value of a side holds: `place` counts the values of the source's part. Read once, since the
  /// own text and the raw text ask for it again.
  mutating func history(
    in json: JSONValue, at place: Int, of source: MessageSource, _ side: MessageSide
  ) -> [Message]? {
    let here = HistoryPlace(source: source, side: side, place: place)
    if let known = histories[here] { return known }
    let messages = HistoryReader(side: side).history(in: json)
    histories[here] = .some(messages)
    return messages
  }

  private struct HistoryPlace: Hashable {
    var source: MessageSource
    var side: MessageSide
    var place: Int
  }

  /// A conversation with its answer: the assistant's messages at its end came out, the rest went in.
  private mutating func history(_ source: MessageSource, _ side: MessageSide) -> [Message] {
    for value in scan.values(source, .history) {
      guard case .json(let json) = value, let messages = HistoryReader(side: .input).history(in: json) else { continue }
      let end = messages.lastIndex { $0.role != .assistant }.map { $0 + 1 } ?? 0
      let told = side == .input ? messages[..<end] : messages[end...]
      if !told.isEmpty { return Array(told) }
    }
    return []
  }

  /// The Vercel AI SDK tells an answer's text and its tool calls apart.
  private mutating func vercelAnswer() -> [Message] {
    var message = Message(role: .assistant)
    for value in scan.values(.vercel, .output) {
      if case .text(let text) = value, message.parts.isEmpty { message.parts.append(.text(text)) }
    }
    for value in scan.values(.vercel, .toolCalls) {
      if case .json(let json) = value, message.toolCalls.isEmpty { message.take(toolCalls: json) }
    }
    return message.isEmpty ? [] : [message]
  }

  private mutating func systemMessages() -> [Message] {
    for value in scan.values(.genAIMessages, .system) {
      switch value {
      case .nothing: continue
      case .text(let text), .scalar(let text): return [Message(role: .system, text: text)]
      case .json(let json): return systemInstructions(json)
      }
    }
    return []
  }

  /// Beside messages of the other side, a plain text is a message: a stream's answer, say.
  private mutating func plainText(_ side: MessageSide) -> ([Message], MessageSource?) {
    for source in MessageSource.allCases where !source.isSpoken && scan.has(source) {
      for value in scan.values(source, side == .input ? .input : .output) {
        if case .text(let text) = value { return ([Message(role: side.defaultRole, text: text)], source) }
      }
    }
    return ([], nil)
  }

  /// Of an agent's history, OpenInference flattens the first message only; the input's value has it whole.
  private mutating func history(beginningWith first: [Message]) -> [Message]? {
    let whole = whole(.inputOutput, .input, .input)
    guard whole.count > first.count, zip(whole, first).allSatisfy({ MessageDigest($0) == MessageDigest($1) }) else {
      return nil
    }
    return whole
  }

  /// An agent's output may repeat the whole history that went in (LangGraph).
  private func dropRepeatedInput(_ input: [Message], _ output: inout [Message]) {
    guard output.count > 1, output.count >= input.count, !input.isEmpty,
      output.indices.contains(where: { output[$0].role == .user })
    else { return }
    let said = input.filter { $0.role != .system }
    let start = output.firstIndex { $0.role != .system } ?? 0
    guard output.count - start >= said.count,
      zip(output[start...], said).allSatisfy({ MessageDigest($0) == MessageDigest($1) })
    else { return }
    output.removeFirst(start + said.count)
  }
}

extension MessageRow {
  /// What documentation calls a source's side.
  static func name(_ source: MessageSource, _ side: MessageSide) -> String {
    let name = names[Int(source.rawValue)]
    return side == .input ? name.input : name.output
  }

  private static let names: [(input: String, output: String)] = MessageSource.allCases.map { source in
    let rows = all.filter { $0.source == source }
    func key(_ part: MessagePart) -> String? {
      rows.first { $0.part == part }.map { Convention(.messages, $0.pattern, from: $0.origin).key }
    }
    let any = rows.first.map { Convention(.messages, $0.pattern, from: $0.origin).key } ?? ""
    return (key(.input) ?? any, key(.output) ?? any)
  }
}
