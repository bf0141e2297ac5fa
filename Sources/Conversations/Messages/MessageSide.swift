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
    switch name {
    case "user": self = .user
    case "assistant": self = .assistant
    case "system": self = .system
    case "tool": self = .tool
    default: self.init(unusual: name)
    }
  }

  private init?(unusual name: String) {
    var name = name.lowercased()[...]
    if name.hasSuffix("chunk") { name = name.dropLast(5) }
    if name.hasSuffix("message"), name.utf8.count > 7 { name = name.dropLast(7) }
    switch name {
    case "user", "human": self = .user
    case "assistant", "ai", "model", "bot", "chatbot", "tool_call", "tool-call": self = .assistant
    case "system", "developer": self = .system
    case "tool", "function", "ipython", "tool_result", "tool_response", "tool-result", "tool-response": self = .tool
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
    return name.count == count
      && bytesAreEqual(UnsafeRawBufferPointer(start: word.utf8Start, count: count), name, count)
  }
}

extension SpanMessages {
  subscript(side: MessageSide) -> [Message] { side == .input ? input : output }
}

extension JSONValue {
  /// The first of these members that is there and not null.
  func member(_ names: String...) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    for name in names {
      if let value = Self.find(name, in: members), !value.isNull { return value }
    }
    return nil
  }

  /// The first of these members that is a text.
  func text(_ names: String...) -> String? {
    guard case .object(let members) = self else { return nil }
    for name in names {
      if case .string(let text)? = Self.find(name, in: members) { return text }
    }
    return nil
  }

  /// The first member of this name. Names are ASCII: that they may be equal canonically makes no difference.
  func one(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return Self.find(name, in: members)
  }

  @inline(__always)
  private static func find(_ name: String, in members: [(key: String, value: JSONValue)]) -> JSONValue? {
    let count = name.utf8.count
    for member in members where member.key.utf8.count == count && member.key == name { return member.value }
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
