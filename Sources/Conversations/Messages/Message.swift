package enum MessageRole: UInt8, Sendable, Hashable { case system, user, assistant, tool }

extension MessageRole {
  /// OTel's word for the role.
  package var name: String {
    switch self {
    case .system: "system"
    case .user: "user"
    case .assistant: "assistant"
    case .tool: "tool"
    }
  }
}

/// An image, a sound, a film or a file inside a message: where it lies, or the thing itself.
package struct Media: Sendable, Hashable {
  /// IANA media type; nil when the producer named none.
  package var mediaType: String?
  /// A URL as sent, or a `data:` URL made of the base64 text that was sent; nil when the content was held back.
  package var url: String?
  /// A file's name or a file ID.
  package var name: String?

  package init(mediaType: String? = nil, url: String? = nil, name: String? = nil) {
    self.mediaType = mediaType
    self.url = url
    self.name = name
  }
}

/// One part of a message's content.
package enum ContentPart: Sendable, Hashable {
  case text(String)
  case image(Media)
  case audio(Media)
  case video(Media)
  case file(Media)
  /// What the model thought; it is no text of the message.
  case reasoning(String)
  /// What a tool gave back: its text, or compact JSON. `id` is the tool call's.
  case toolResult(id: String?, name: String?, content: String)
  /// A part of a type that has no case here, as compact JSON.
  case other(type: String, json: String)
}

extension ContentPart {
  package var text: String? {
    if case .text(let text) = self { return text }
    return nil
  }
}

/// A tool that the model asks for.
package struct ToolCall: Sendable, Hashable {
  package var id: String?
  package var name: String
  /// A text as it was sent; an object as compact JSON; empty when none was sent.
  package var arguments: String

  package init(id: String? = nil, name: String, arguments: String) {
    self.id = id
    self.name = name
    self.arguments = arguments
  }
}

/// One role and what it said. Nothing is trimmed.
package struct Message: Sendable, Hashable {
  package var role: MessageRole
  package var parts: [ContentPart]
  package var toolCalls: [ToolCall]
  /// The tool call that a tool message answers.
  package var toolCallID: String?
  package var name: String?
  package var finishReason: String?

  package init(
    role: MessageRole, parts: [ContentPart] = [], toolCalls: [ToolCall] = [], toolCallID: String? = nil,
    name: String? = nil, finishReason: String? = nil
  ) {
    self.role = role
    self.parts = parts
    self.toolCalls = toolCalls
    self.toolCallID = toolCallID
    self.name = name
    self.finishReason = finishReason
  }

  package init(role: MessageRole, text: String) {
    self.init(role: role, parts: [.text(text)])
  }
}

extension Message {
  /// The text parts joined. The blocks of an assistant are pieces of one text and are joined as they stand (as the
  /// vendors' own SDKs do); blocks of the others stand each on a line. A tool's results are its text.
  package var text: String {
    if parts.count == 1, case .text(let text)? = parts.first { return text }
    var joined = ""
    var isFirst = true
    for part in parts {
      let piece: String
      switch part {
      case .text(let text): piece = text
      case .toolResult(_, _, let content) where role == .tool: piece = content
      default: continue
      }
      if !isFirst, role != .assistant { joined += "\n" }
      joined += piece
      isFirst = false
    }
    return joined
  }

  /// Neither a part nor a tool call: a role without content.
  package var isEmpty: Bool { parts.isEmpty && toolCalls.isEmpty }
}

/// The messages that went into a span and those that came out of it.
package struct SpanMessages: Sendable, Hashable {
  package var input: [Message]
  package var output: [Message]
  /// The rows of the conventions table that yielded them; empty for a side without messages.
  package var inputSource: String
  package var outputSource: String

  package init(
    input: [Message] = [], output: [Message] = [], inputSource: String = "", outputSource: String = ""
  ) {
    self.input = input
    self.output = output
    self.inputSource = inputSource
    self.outputSource = outputSource
  }

  /// The row that yielded the input, else the one that yielded the output.
  package var source: String { inputSource.isEmpty ? outputSource : inputSource }

  package var isEmpty: Bool { input.isEmpty && output.isEmpty }
}

/// What a span itself says: trimmed of white space at both ends, never empty.
package struct OwnText: Sendable, Hashable {
  package var human: String?
  package var ai: String?

  package init(human: String? = nil, ai: String? = nil) {
    self.human = human
    self.ai = ai
  }
}

extension SpanMessages {
  /// These messages, and for a side on which nobody speaks the span's own text as one message: what a transcript is
  /// made of.
  package func completed(by own: OwnText) -> SpanMessages {
    var all = self
    if all.input.allSatisfy({ $0.role == .system }), let human = own.human {
      all.input.append(Message(role: .user, text: human))
    }
    if all.output.isEmpty, let ai = own.ai { all.output = [Message(role: .assistant, text: ai)] }
    return all
  }
}
