import Conversations
import JSON
import OTLP
import Telemetry

/// A span (or its events and log records) as a test writes it down: attributes with JSON values, sent as OTLP/JSON.
struct SpokenSpan {
  typealias Attributes = [(String, JSONValue)]

  var attributes: Attributes = []
  var events: [(name: String, attributes: Attributes)] = []
  var logs: [(name: String, attributes: Attributes, body: JSONValue)] = []

  init(_ attributes: Attributes = []) { self.attributes = attributes }

  /// Texts only, the usual case.
  init(texts: KeyValuePairs<String, String>) { attributes = texts.map { ($0.key, .string($0.value)) } }

  func read<Result>(_ use: (SpanView, [LogView]) throws -> Result) throws -> Result {
    let spans = try DecodedTelemetry.decodeTraces(json: Array(traces.json.utf8), requestProject: nil, limits: Limits())
    let records = try DecodedTelemetry.decodeLogs(json: Array(records.json.utf8), requestProject: nil, limits: Limits())
    return try spans.withView { view in
      try records.withView { logs in try use(view.span(0), logs.logs.indices.map { logs.log($0) }) }
    }
  }

  func messages() throws -> SpanMessages {
    try read { readMessages($0, logs: $1, conventions: Conventions()) }
  }

  func texts() throws -> SpanTexts {
    try read { SpanTexts($0, logs: $1, conventions: Conventions()) }
  }

  private var traces: JSONValue {
    let span: JSONValue = .object([
      ("traceId", .string("0123456789abcdef0123456789abcdef")), ("spanId", .string("0123456789abcdef")),
      ("name", .string("span")), ("startTimeUnixNano", .string("1")), ("endTimeUnixNano", .string("2")),
      ("attributes", list(attributes)),
      (
        "events",
        .array(events.map { .object([("name", .string($0.name)), ("attributes", list($0.attributes))]) })
      ),
    ])
    return wrapped("resourceSpans", "scopeSpans", "spans", [span])
  }

  private var records: JSONValue {
    let records = logs.map { log in
      JSONValue.object([
        ("timeUnixNano", .string("1")), ("eventName", .string(log.name)), ("attributes", list(log.attributes)),
        ("body", anyValue(log.body)),
      ])
    }
    return wrapped("resourceLogs", "scopeLogs", "logRecords", records)
  }

  private func wrapped(_ outer: String, _ inner: String, _ last: String, _ values: [JSONValue]) -> JSONValue {
    .object([(outer, .array([.object([(inner, .array([.object([(last, .array(values))])]))])]))])
  }

  private func list(_ attributes: Attributes) -> JSONValue {
    .array(attributes.map { .object([("key", .string($0.0)), ("value", anyValue($0.1))]) })
  }
}

private func anyValue(_ value: JSONValue) -> JSONValue {
  switch value {
  case .null: .object([])
  case .bool: .object([("boolValue", value)])
  case .int, .uint: .object([("intValue", value)])
  case .double: .object([("doubleValue", value)])
  case .string: .object([("stringValue", value)])
  case .array(let elements): .object([("arrayValue", .object([("values", .array(elements.map(anyValue)))]))])
  case .object(let members):
    .object([
      (
        "kvlistValue",
        .object([
          (
            "values",
            .array(members.map { .object([("key", .string($0.key)), ("value", anyValue($0.value))]) })
          )
        ])
      )
    ])
  }
}

/// Messages as one line each: `user: Hello [image https://…]`, `assistant: call get_weather({"city":"Paris"}) #call_1`,
/// `tool #call_1: 18C`.
func sketch(_ messages: [Message]) -> [String] { messages.map(sketch) }

func sketch(_ message: Message) -> String {
  var line = message.role.name
  if let id = message.toolCallID { line += " #\(id)" }
  line += ":"
  for part in message.parts {
    switch part {
    case .text(let text): line += " \(text)"
    case .image(let media): line += " [image\(sketch(media))]"
    case .audio(let media): line += " [audio\(sketch(media))]"
    case .video(let media): line += " [video\(sketch(media))]"
    case .file(let media): line += " [file\(sketch(media))]"
    case .reasoning(let text): line += " (\(text))"
    case .toolResult(let id, _, let content): line += " <\(id ?? "")=\(content)>"
    case .other(let type, _): line += " {\(type)}"
    }
  }
  for call in message.toolCalls {
    line += " call \(call.name)(\(call.arguments))" + (call.id.map { " #\($0)" } ?? "")
  }
  return line
}

private func sketch(_ media: Media) -> String {
  [media.mediaType, media.url, media.name].compactMap { $0 }.map { " " + $0 }.joined()
}

func json(_ text: String) -> JSONValue {
  do { return try JSONValue.parse(text) } catch { return .string("malformed test: \(error)") }
}
