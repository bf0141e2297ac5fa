import JSON
import OTLP

/// One attribute of an indexed family: `llm.input_messages.3.message.tool_calls.0.tool_call.id` is message 3, part or
/// call 0, field `callID`.
struct IndexedField {
  /// Of `MessageRow.all`.
  var row: UInt8
  var field: MessageField
  /// As an index of the span's attributes.
  var attribute: Int32
  var message: UInt64
  var sub: UInt64

  @inline(__always)
  static func precedes(_ a: IndexedField, _ b: IndexedField) -> Bool {
    if a.row != b.row { return a.row < b.row }
    if a.message != b.message { return a.message < b.message }
    if a.sub != b.sub { return a.sub < b.sub }
    return a.attribute < b.attribute
  }

  /// Reads what follows a family's prefix. nil: no index of 64 bits, or a field that no row names.
  @inline(__always)
  init?(_ rest: UnsafeRawBufferPointer, row: UInt8, attribute: Int, names: FieldNames) {
    var cursor = KeyCursor(rest)
    guard let message = cursor.index() else { return nil }
    var sub: UInt64 = 0
    let found: MessageField?
    _ = cursor.skip(MessageFieldNames.message)
    if let simple = names.ofMessage[cursor.rest] {
      found = simple
    } else if cursor.skip(MessageFieldNames.contents) {
      guard let index = cursor.index() else { return nil }
      sub = index
      _ = cursor.skip(MessageFieldNames.content)
      found = names.ofPart[cursor.rest]
    } else if cursor.skip(MessageFieldNames.toolCalls) {
      guard let index = cursor.index() else { return nil }
      sub = index
      _ = cursor.skip(MessageFieldNames.toolCall)
      found = names.ofToolCall[cursor.rest]
    } else {
      return nil
    }
    guard let field = found else { return nil }
    self.row = row
    self.field = field
    self.attribute = Int32(truncatingIfNeeded: attribute)
    self.message = message
    self.sub = sub
  }
}

/// Walks over the segments of a key.
private struct KeyCursor {
  var rest: UnsafeRawBufferPointer

  @inline(__always)
  init(_ key: UnsafeRawBufferPointer) { rest = key }

  /// Decimal digits and the point behind them.
  @inline(__always)
  mutating func index() -> UInt64? {
    var value: UInt64 = 0
    var count = 0
    while count < rest.count {
      let digit = rest[count] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(UInt64(digit))
      guard !overflow, !carry else { return nil }
      value = sum
      count += 1
    }
    guard count > 0, count < rest.count, rest[count] == UInt8(ascii: ".") else { return nil }
    rest = UnsafeRawBufferPointer(rebasing: rest[(count + 1)...])
    return value
  }

  @inline(__always)
  mutating func skip(_ segment: StaticString) -> Bool {
    let count = segment.utf8CodeUnitCount
    guard rest.count >= count else { return false }
    let bytes = UnsafeRawBufferPointer(start: segment.utf8Start, count: count)
    guard bytesAreEqual(bytes, rest, count) else { return false }
    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    return true
  }
}

/// The field names of indexed families, found by their length first.
struct FieldNames: Sendable {
  struct Table: Sendable {
    /// In the order of their lengths; those of length n are names[starts[n]..<starts[n + 1]].
    private let names: MessageFieldNames.Names
    private let starts: [Int]

    init(_ names: MessageFieldNames.Names) {
      let names = names.sorted { $0.name.utf8CodeUnitCount < $1.name.utf8CodeUnitCount }
      self.names = names
      starts = (0...Self.lengthMax + 1).map { length in
        names.firstIndex { $0.name.utf8CodeUnitCount >= length } ?? names.count
      }
    }

    private static let lengthMax = 31

    @inline(__always)
    subscript(name: UnsafeRawBufferPointer) -> MessageField? {
      let count = name.count
      guard count <= Self.lengthMax else { return nil }
      for index in starts[count]..<starts[count + 1] {
        let bytes = UnsafeRawBufferPointer(start: names[index].name.utf8Start, count: count)
        if bytesAreEqual(bytes, name, count) { return names[index].field }
      }
      return nil
    }
  }

  let ofMessage = Table(MessageFieldNames.ofMessage)
  let ofPart = Table(MessageFieldNames.ofPart)
  let ofToolCall = Table(MessageFieldNames.ofToolCall)

  static let shared = FieldNames()
}

/// Builds the messages of one family out of its fields, which are in the order of `IndexedField.precedes`.
struct IndexedMessageBuilder {
  let attributes: AttributeReader
  let side: MessageSide

  func append(_ fields: ArraySlice<IndexedField>, to messages: inout [Message]) {
    messages.reserveCapacity(messages.count + fields.count / 2)
    var start = fields.startIndex
    while start < fields.endIndex {
      let number = fields[start].message
      var end = start + 1
      while end < fields.endIndex, fields[end].message == number { end += 1 }
      // In place: a message is large to copy.
      messages.append(Message(role: side.defaultRole))
      if !read(fields[start..<end], into: &messages[messages.count - 1]) { messages.removeLast() }
      start = end
    }
  }

  /// false: none of its fields could be read.
  @inline(__always)
  private func read(_ fields: ArraySlice<IndexedField>, into message: inout Message) -> Bool {
    var isThere = false
    var isSimple = true
    for field in fields {
      let value = attributes.value(Int(field.attribute))
      switch field.field {
      case .role:
        guard value.kind == .string else { continue }
        message.role = MessageRole(utf8: attributes.bytes(value)) ?? message.role
      case .content: take(content: value, into: &message)
      default:
        isSimple = false
        continue
      }
      isThere = true
    }
    if !isSimple {
      readRest(fields, into: &message)
      message.settle()
    }
    return isThere || !isSimple
  }

  /// All fields but role and content.
  @inline(never)
  private func readRest(_ fields: ArraySlice<IndexedField>, into message: inout Message) {
    let whole = message.parts
    var functionCall = ToolCall(name: "", arguments: "")
    var part = PartFields()
    var call = CallFields()
    for field in fields {
      let value = attributes.value(Int(field.attribute))
      switch field.field {
      case .role, .content: continue
      case .name: message.name = attributes.text(value)
      case .toolCallID: message.toolCallID = attributes.text(value)
      case .finishReason: message.finishReason = attributes.text(value)
      case .reasoning: message.parts.append(.reasoning(attributes.text(value)))
      case .refusal: message.parts.append(.text(attributes.text(value)))
      case .functionCallName: functionCall.name = attributes.text(value)
      case .functionCallArguments: functionCall.arguments = attributes.text(value)
      case .partType, .partText, .partImage, .partAudio, .partVideo, .partFile, .partMediaType:
        if part.sub != field.sub { part.flush(into: &message, next: field.sub) }
        part.take(field.field, attributes.text(value))
      case .callID, .callName, .callArguments:
        if call.sub != field.sub { call.flush(into: &message, next: field.sub) }
        call.take(field.field, attributes.text(value))
      }
    }
    part.flush(into: &message, next: 0)
    call.flush(into: &message, next: 0)
    if !functionCall.name.isEmpty { message.toolCalls.append(functionCall) }
    if whole.count == 1, Self.isSaid(whole, again: message.parts.dropFirst()) { message.parts.removeFirst() }
  }

  /// `message.content` and `message.contents` may both hold the text (OpenInference, OpenAI Agents).
  private static func isSaid(_ whole: [ContentPart], again parts: ArraySlice<ContentPart>) -> Bool {
    guard case .text(let text)? = whole.first else { return false }
    let texts = parts.compactMap { part -> String? in
      if case .text(let text) = part { text } else { nil }
    }
    return texts.contains { $0.utf8.elementsEqual(text.utf8) }
      || (texts.count > 1 && texts.joined().utf8.elementsEqual(text.utf8))
  }

  /// A content is a text; or it is structured, or the JSON of typed parts (Traceloop).
  @inline(__always)
  private func take(content value: ValueRef, into message: inout Message) {
    if value.kind == .string {
      let bytes = attributes.bytes(value)
      if bytes.count > 2, bytes[0] == UInt8(ascii: "["), let parts = attributes.typedParts(value) {
        for part in parts { message.take(part: part) }
        message.settle()
      } else if !bytes.isEmpty {
        let text = ContentPart.text(String(decoding: bytes, as: UTF8.self))
        if message.parts.isEmpty { message.parts = [text] } else { message.parts.append(text) }
      }
    } else {
      message.take(content: attributes.json(value))
      message.settle()
    }
  }
}

/// The fields of one content part, as they come.
private struct PartFields {
  var sub: UInt64 = 0
  private var type: String?
  private var text: String?
  private var image: String?
  private var audio: String?
  private var video: String?
  private var file: String?
  private var mediaType: String?

  mutating func take(_ field: MessageField, _ value: String) {
    switch field {
    case .partType: type = value
    case .partText: text = value
    case .partImage: image = value
    case .partAudio: audio = value
    case .partVideo: video = value
    case .partFile: file = value
    case .partMediaType: mediaType = value
    default: return
    }
  }

  mutating func flush(into message: inout Message, next: UInt64) {
    if let text {
      let isThought = type == "reasoning" || type == "thinking"
      message.parts.append(isThought ? .reasoning(text) : .text(text))
    }
    if let image { message.parts.append(.image(Media(mediaType: mediaType, url: image))) }
    if let audio { message.parts.append(.audio(Media(mediaType: mediaType, url: audio))) }
    if let video { message.parts.append(.video(Media(mediaType: mediaType, url: video))) }
    if let file { message.parts.append(.file(Media(mediaType: mediaType, url: file))) }
    if let type, text == nil, image == nil, audio == nil, video == nil, file == nil, type != "text" {
      message.parts.append(mediaPart(.object([]), type: type) ?? .other(type: type, json: "{}"))
    }
    self = PartFields()
    sub = next
  }
}

private struct CallFields {
  var sub: UInt64 = 0
  private var id: String?
  private var name: String?
  private var arguments: String?

  mutating func take(_ field: MessageField, _ value: String) {
    switch field {
    case .callID: id = value
    case .callName: name = value
    case .callArguments: arguments = value
    default: return
    }
  }

  mutating func flush(into message: inout Message, next: UInt64) {
    if id != nil || name != nil || arguments != nil {
      message.toolCalls.append(ToolCall(id: id, name: name ?? "", arguments: arguments ?? ""))
    }
    self = CallFields()
    sub = next
  }
}
