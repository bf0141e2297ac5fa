import JSON
import OTLP

/// What a value of `input.value`, `output.value` and their equivalents says.
private enum Unwrapped {
  /// Trimmed, not empty.
  case text(String)
  /// A completion without a text: nothing else of the span says what was answered.
  case silent
  case nothing
}

extension MessageReader {
  /// Own text by messages first: the last user message in, the assistant's message out; for a side whose messages hold
  /// neither, by the values of the span's input and output.
  mutating func ownText(_ messages: SpanMessages) -> OwnText {
    var own = OwnText()
    if let asked = messages.input.last(where: { $0.role == .user && !$0.isEmpty }) {
      own.human = Self.trimmed(asked.text)
    } else {
      own.human = unwrap(.input)
    }
    if messages.output.contains(where: { $0.role == .assistant && !$0.isEmpty }) {
      own.ai = Self.answer(in: messages.output)
    } else {
      own.ai = unwrap(.output)
    }
    return own
  }

  /// Of each side the first value that is JSON, says something, and is neither history nor completion.
  mutating func rawText() -> OwnText {
    OwnText(human: raw(.input), ai: raw(.output))
  }

  private mutating func raw(_ side: MessageSide) -> String? {
    let part: MessagePart = side == .input ? .input : .output
    for source in MessageSource.allCases where scan.has(source) {
      for (place, value) in scan.values(source, part).enumerated() {
        switch value {
        case .nothing, .text: continue
        case .scalar(let text): return Self.trimmed(text)
        case .json(let json):
          if json.isHollow || history(in: json, at: place, of: source, side) != nil { continue }
          return scan.rawText(source, part) ?? json.json
        }
      }
    }
    return nil
  }

  private mutating func unwrap(_ side: MessageSide) -> String? {
    let part: MessagePart = side == .input ? .input : .output
    for source in MessageSource.allCases where scan.has(source) {
      for (place, value) in scan.values(source, part).enumerated() {
        switch value {
        case .nothing: continue
        case .text(let text):
          if let text = Self.trimmed(text) { return text }
        case .scalar(let text):
          if source.isSpoken || isPlainText(source, side) { return Self.trimmed(text) }
        case .json(let json):
          let history = history(in: json, at: place, of: source, side)
          switch Self.unwrap(json, history, side: side, depthLeft: 8) {
          case .text(let text): return text
          case .silent: return nil
          case .nothing: continue
          }
        }
      }
    }
    return nil
  }

  /// The span says that its value is no JSON.
  private mutating func isPlainText(_ source: MessageSource, _ side: MessageSide) -> Bool {
    for value in scan.values(source, side == .input ? .inputType : .outputType) {
      if case .text(let type) = value { return type.utf8.starts(with: "text/plain".utf8) }
    }
    return false
  }

  private static func unwrap(_ value: JSONValue, side: MessageSide, depthLeft: Int) -> Unwrapped {
    guard depthLeft > 0 else { return .nothing }
    return unwrap(value, HistoryReader(side: side).history(in: value), side: side, depthLeft: depthLeft)
  }

  /// - Parameter history: that `value` holds.
  private static func unwrap(
    _ value: JSONValue, _ history: [Message]?, side: MessageSide, depthLeft: Int
  ) -> Unwrapped {
    if let history {
      if let text = said(in: history, side) { return .text(text) }
      if side == .output, history.isEmpty || history.contains(where: { $0.role == .assistant }) { return .silent }
    }
    switch value {
    case .string(let text): return trimmed(text).map { .text($0) } ?? .nothing
    case .array(let elements):
      // Text blocks without a message around them.
      guard !elements.isEmpty, elements.allSatisfy({ $0.one("type")?.string != nil }) else { return .nothing }
      var message = Message(role: side.defaultRole)
      message.take(content: value)
      return trimmed(message.text).map { .text($0) } ?? .nothing
    case .object:
      for name in side == .input ? MessageMembers.human : MessageMembers.ai {
        guard let member = value.one(name) else { continue }
        if case .text(let text) = unwrap(member, side: side, depthLeft: depthLeft - 1) { return .text(text) }
      }
      for name in MessageMembers.envelopes {
        guard let member = value.one(name), case .object = member else { continue }
        if case .text(let text) = unwrap(member, side: side, depthLeft: depthLeft - 1) { return .text(text) }
      }
      return .nothing
    default: return .nothing
    }
  }

  private static func said(in history: [Message], _ side: MessageSide) -> String? {
    if side == .output { return answer(in: history) }
    return history.last { $0.role == .user && !$0.isEmpty }.flatMap { trimmed($0.text) }
  }

  /// The last text of the assistant that no later user message follows.
  private static func answer(in messages: [Message]) -> String? {
    for message in messages.reversed() {
      if message.role == .user { return nil }
      if message.role == .assistant, let text = trimmed(message.text) { return text }
    }
    return nil
  }

  private static func trimmed(_ text: String) -> String? {
    let trimmed = WhiteSpace.trimmed(text)
    return trimmed.isEmpty ? nil : trimmed
  }
}
