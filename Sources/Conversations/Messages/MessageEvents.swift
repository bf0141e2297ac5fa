import JSON
import OTLP

/// What the events of a span, or the log records joined to it, hold of its messages.
struct MessageEvents {
  /// One event or log record that a row of the table names.
  private struct Entry {
    var row: MessageRow
    var source: TelemetryView
    var attributes: [AttributeRef]
    var body: ValueRef
  }

  private let conventions: Conventions
  private let place: Convention.Place
  private var entries: [Entry] = []
  /// As `MessageScan.sources`.
  private(set) var sources: UInt32 = 0

  /// The events of a span, in the order they were sent.
  init(_ span: SpanView, _ conventions: Conventions) {
    self.conventions = conventions
    place = .event
    guard !span.ref.events.isEmpty else { return }
    for event in span.events {
      add(span.source, named: event.nameRange, event.attributes, body: .none)
    }
  }

  /// Log records: named by `eventName`, and before OTLP 1.5 by an attribute.
  init(_ logs: [LogView], _ conventions: Conventions) {
    self.conventions = conventions
    place = .log
    for log in logs {
      var name = log.ref.eventName
      if name.isEmpty {
        let named = log.attributes.first { row(log.source[$0.key])?.part == .eventName }
        name = named?.value.range ?? .empty
      }
      add(log.source, named: name, Array(log.attributes), body: log.ref.body)
    }
  }

  private mutating func add(
    _ source: TelemetryView, named name: ByteRange, _ attributes: [AttributeRef], body: ValueRef
  ) {
    guard let row = row(source[name]), row.part != .eventName, row.part != .eventBody else { return }
    entries.append(Entry(row: row, source: source, attributes: attributes, body: body))
    sources |= 1 << UInt32(row.source.rawValue)
  }

  private func row(_ key: UnsafeRawBufferPointer) -> MessageRow? {
    guard let row = conventions.row(of: key, at: place) else { return nil }
    let meaning = conventions.meaning(of: row)
    guard meaning.role == .messages, MessageRow.all.indices.contains(Int(meaning.detail)) else { return nil }
    return MessageRow.all[Int(meaning.detail)]
  }

  /// A side of the first event that holds a whole call: the attributes that a span would have carry it, else the body.
  func details(_ source: MessageSource, _ side: MessageSide) -> [Message] {
    for entry in entries where entry.row.source == source && entry.row.part == .details {
      let messages = entry.attributes.withUnsafeBufferPointer { attributes in
        let scan = MessageScan(attributes, in: entry.source, conventions)
        var reader = MessageReader(scan: scan, conventions: conventions)
        let fromAttributes = reader.spanMessages()[side]
        return fromAttributes.isEmpty ? inBody(entry, side) : fromAttributes
      }
      if !messages.isEmpty { return messages }
    }
    return []
  }

  /// A body that is a map of the same keys.
  private func inBody(_ entry: Entry, _ side: MessageSide) -> [Message] {
    guard entry.body.kind == .keyValueList else { return [] }
    let members = Array(KeyValueEntries(entry.body, in: entry.source))
    return members.withUnsafeBufferPointer { members in
      var reader = MessageReader(
        scan: MessageScan(members, in: entry.source, conventions), conventions: conventions)
      return reader.spanMessages()[side]
    }
  }

  /// The events that hold one message each: choices are answers, all others went in.
  func messages(_ side: MessageSide) -> [Message] {
    var messages: [Message] = []
    for entry in entries where entry.row.source == .messageEvents {
      let role: MessageRole
      switch entry.row.part {
      case .systemMessage: role = .system
      case .userMessage: role = .user
      case .assistantMessage: role = .assistant
      case .toolMessage: role = .tool
      case .choice: role = .assistant
      default: continue
      }
      guard (entry.row.part == .choice) == (side == .output) else { continue }
      messages.append(eventMessage(content(entry), role: role))
    }
    return messages
  }

  /// The body, a map or the JSON of one; else an attribute that stands for it; else the attributes as they are.
  private func content(_ entry: Entry) -> JSONValue {
    let reader = { (value: ValueRef) in structured(value, in: entry.source, depthMax: conventions.depthMax) }
    let body = parsed(reader(entry.body))
    if !body.isHollow { return body }
    for attribute in entry.attributes where row(entry.source[attribute.key])?.part == .eventBody {
      return parsed(reader(attribute.value))
    }
    return .object(
      entry.attributes.map { attribute in
        (key: entry.source.text(attribute.key), value: parsed(reader(attribute.value)))
      })
  }

  private func parsed(_ value: JSONValue) -> JSONValue {
    guard case .string(let text) = value else { return value }
    return parseContainer(text, depthMax: conventions.depthMax) ?? value
  }
}

/// The message that an event's body is; a choice wraps it together with why it ended.
func eventMessage(_ body: JSONValue, role: MessageRole) -> Message {
  let inner = body.member("message") ?? body
  guard case .object = inner else {
    var message = Message(role: role, finishReason: finishReason(body))
    if !inner.isHollow { message.take(content: inner) }
    message.settle()
    return message
  }
  var message = readFields(inner, role: inner.text("role").flatMap(MessageRole.init(named:)) ?? role)
  if message.finishReason == nil { message.finishReason = finishReason(body) }
  return message
}

extension JSONValue {
  /// Says nothing: null, an empty text, or an array or object of nothing else.
  var isHollow: Bool {
    switch self {
    case .null: true
    case .string(let text): text.isEmpty
    case .array(let elements): elements.allSatisfy(\.isHollow)
    case .object(let members): members.allSatisfy { $0.value.isHollow }
    default: false
    }
  }
}
