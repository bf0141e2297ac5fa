import Conversations
import JSON
import OTLP
import Telemetry

/// A span as a test writes it down. IDs and times are small numbers; times are milliseconds.
struct TestSpan {
  var trace: UInt64 = 1
  var id: UInt64
  var parent: UInt64?
  var name = "span"
  var start: UInt64
  var end: UInt64
  var attributes: [(String, JSONValue)]
  var status: Int64 = 0
  var message = ""
  var flags: Int64 = 0x100
  var dropped: Int64 = 0

  init(
    _ id: UInt64, parent: UInt64? = nil, at start: UInt64, for duration: UInt64 = 10, trace: UInt64 = 1,
    _ attributes: [(String, JSONValue)] = []
  ) {
    self.id = id
    self.parent = parent
    self.start = start
    end = start + duration
    self.trace = trace
    self.attributes = attributes
  }

  func with(_ change: (inout TestSpan) -> Void) -> TestSpan {
    var span = self
    change(&span)
    return span
  }

  func failed(_ message: String = "boom") -> TestSpan {
    with {
      $0.status = 2
      $0.message = message
    }
  }

  fileprivate var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("traceId", .string(Hex.encode(bytes(trace, count: 16)))),
      ("spanId", .string(Hex.encode(bytes(id, count: 8)))),
      ("name", .string(name)),
      ("startTimeUnixNano", .int(Int64(start) * 1_000_000)),
      ("endTimeUnixNano", .int(Int64(end) * 1_000_000)),
      ("attributes", .array(attributes.map { Self.attribute($0.0, $0.1) })),
      ("droppedAttributesCount", .int(dropped)),
      ("status", .object([("code", .int(status)), ("message", .string(message))])),
      ("flags", .int(flags)),
    ]
    if let parent { members.append(("parentSpanId", .string(Hex.encode(bytes(parent, count: 8))))) }
    return .object(members)
  }

  static func attribute(_ key: String, _ value: JSONValue) -> JSONValue {
    .object([("key", .string(key)), ("value", any(value))])
  }

  private static func any(_ value: JSONValue) -> JSONValue {
    switch value {
    case .null: .object([])
    case .bool: .object([("boolValue", value)])
    case .int, .uint: .object([("intValue", value)])
    case .double: .object([("doubleValue", value)])
    case .string: .object([("stringValue", value)])
    case .array(let elements): .object([("arrayValue", .object([("values", .array(elements.map(any)))]))])
    case .object(let members):
      .object([("kvlistValue", .object([("values", .array(members.map { attribute($0.key, $0.value) }))]))])
    }
  }

  private func bytes(_ value: UInt64, count: Int) -> [UInt8] {
    (0..<count).map { $0 < count - 8 ? 0 : UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
  }
}

extension SpanID {
  /// `number` is not zero.
  static func of(_ number: UInt64) -> SpanID {
    guard let id = SpanID(value: number) else { preconditionFailure("no span ID is zero") }
    return id
  }
}

extension TraceID {
  /// `number` is not zero.
  static func of(_ number: UInt64) -> TraceID {
    guard let id = TraceID(high: 0, low: number) else { preconditionFailure("no trace ID is zero") }
    return id
  }
}

func request(
  _ spans: [TestSpan], resource: [(String, JSONValue)] = [], requestProject: String? = nil
) throws -> DecodedTelemetry {
  let resourceSpans: JSONValue = .object([
    ("resource", .object([("attributes", .array(resource.map { TestSpan.attribute($0.0, $0.1) }))])),
    ("scopeSpans", .array([.object([("spans", .array(spans.map(\.json)))])])),
  ])
  let body = JSONValue.object([("resourceSpans", .array([resourceSpans]))]).json
  return try .decodeTraces(json: Array(body.utf8), requestProject: requestProject, limits: Limits())
}

func facts(
  _ spans: [TestSpan], resource: [(String, JSONValue)] = [], requestProject: String? = nil,
  conventions: Conventions = .shipped
) throws -> [SpanFacts] {
  try request(spans, resource: resource, requestProject: requestProject).withView { view in
    view.spans.indices.map { SpanFacts(reading: view.span($0), logs: [], conventions: conventions) }
  }
}

func summary(_ spans: [TestSpan], resource: [(String, JSONValue)] = []) throws -> TraceSummary? {
  TraceSummary(resolving: try facts(spans, resource: resource))
}

/// Attributes of a model call as FutureAGI's SDK writes them.
func call(
  _ messages: [(role: String, text: String)], answer: String? = nil, callsTool: Bool = false,
  model: String = "gpt-4o-mini"
) -> [(String, JSONValue)] {
  var attributes: [(String, JSONValue)] = [
    ("gen_ai.span.kind", .string("LLM")), ("gen_ai.request.model", .string(model)),
  ]
  for (index, message) in messages.enumerated() {
    attributes.append(("gen_ai.input.messages.\(index).message.role", .string(message.role)))
    attributes.append(("gen_ai.input.messages.\(index).message.content", .string(message.text)))
  }
  if let answer {
    attributes.append(("gen_ai.output.messages.0.message.role", .string("assistant")))
    attributes.append(("gen_ai.output.messages.0.message.content", .string(answer)))
  }
  if callsTool {
    let tool = "gen_ai.output.messages.0.message.tool_calls.0.tool_call."
    attributes.append(("gen_ai.output.messages.0.message.role", .string("assistant")))
    attributes.append((tool + "id", .string("call_1")))
    attributes.append((tool + "function.name", .string("get_weather")))
    attributes.append((tool + "function.arguments", .string("{\"city\": \"Paris\"}")))
  }
  return attributes
}

extension Conventions {
  /// Without anything configured; made once, since making it costs more than reading a span.
  static let shipped = Conventions()
}
