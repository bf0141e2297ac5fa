import JSON

/// Into a span, or out of it.
enum MessageSide: Sendable {
  case input, output

  /// Who speaks where no role is named.
  var defaultRole: MessageRole { self == .input ? .user : .assistant }
}

extension MessageRole {
  /// The role that a producer's name stands for: OTel's, the vendors', LangChain's class names; in either case.
  init?(named name: String) {
    var name = name.lowercased()[...]
    if name.hasSuffix("chunk") { name = name.dropLast(5) }
    if name.hasSuffix("message"), name.utf8.count > 7 { name = name.dropLast(7) }
    switch name {
    case "user", "human": self = .user
    case "assistant", "ai", "model", "bot", "chatbot": self = .assistant
    case "system", "developer": self = .system
    case "tool", "function", "ipython", "tool_result", "tool_response": self = .tool
    default: return nil
    }
  }

  /// The common names, without making a text of them.
  @inline(__always)
  init?(utf8 name: UnsafeRawBufferPointer) {
    if Self.equal(name, "user") {
      self = .user
    } else if Self.equal(name, "assistant") {
      self = .assistant
    } else if Self.equal(name, "system") {
      self = .system
    } else if Self.equal(name, "tool") {
      self = .tool
    } else {
      self.init(named: String(decoding: name, as: UTF8.self))
    }
  }

  @inline(__always)
  private static func equal(_ name: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    return name.count == count && bytesAreEqual(UnsafeRawBufferPointer(start: word.utf8Start, count: count), name, count)
  }
}

extension SpanMessages {
  subscript(side: MessageSide) -> [Message] { side == .input ? input : output }
}

extension JSONValue {
  /// The first of these members that is there and not null.
  func member(_ names: String...) -> JSONValue? {
    guard case .object = self else { return nil }
    for name in names {
      if let value = self[name], !value.isNull { return value }
    }
    return nil
  }

  /// The first of these members that is a text.
  func text(_ names: String...) -> String? {
    guard case .object = self else { return nil }
    for name in names {
      if let text = self[name]?.string { return text }
    }
    return nil
  }

  /// A text as it is; null nothing; anything else compact JSON.
  var flatText: String {
    switch self {
    case .string(let text): text
    case .null: ""
    default: json
    }
  }

  /// An identifier: a text that is not empty, or an integer.
  var identifier: String? {
    switch self {
    case .string(let text): text.isEmpty ? nil : text
    case .int(let value): String(value)
    default: nil
    }
  }
}
