package import Telemetry

/// A run of bytes of a body: 8 bytes, since a body holds at most 64 MiB.
package struct ByteRange: Hashable, Sendable {
  package var offset: UInt32
  package var count: UInt32

  package init(offset: Int, count: Int) {
    self.offset = UInt32(truncatingIfNeeded: offset)
    self.count = UInt32(truncatingIfNeeded: count)
  }

  package static let empty = ByteRange(offset: 0, count: 0)

  package var range: Range<Int> { Int(offset)..<Int(offset) + Int(count) }
  package var isEmpty: Bool { count == 0 }
}

/// Which member of OTLP's AnyValue is set.
package enum ValueKind: UInt8, Sendable {
  case none, string, bool, int, double, array, keyValueList, bytes
}

/// An AnyValue that still lies in the body.
package struct ValueRef: Sendable {
  package var kind: ValueKind
  /// bool: 0 or 1; int: the two's complement; double: the bit pattern; every other kind: 0.
  package var bits: UInt64
  /// string, bytes: their bytes; array, keyValueList: the bytes of the ArrayValue or KeyValueList message; else empty.
  package var range: ByteRange

  package init(kind: ValueKind, bits: UInt64, range: ByteRange) {
    self.kind = kind
    self.bits = bits
    self.range = range
  }

  package static let none = ValueRef(kind: .none, bits: 0, range: .empty)
}

/// A KeyValue that still lies in the body.
package struct AttributeRef: Sendable {
  package var key: ByteRange
  package var value: ValueRef

  package init(key: ByteRange, value: ValueRef) {
    self.key = key
    self.value = value
  }
}

/// A Resource message with the schema URL of its ResourceSpans (or ResourceLogs).
package struct ResourceRef: Sendable {
  /// The Resource message as sent; empty when it was left out.
  package var message: ByteRange = .empty
  package var schemaURL: ByteRange = .empty
  /// Its attributes, as indices of `attributes`.
  package var attributes: Range<Int> = 0..<0
  /// The project that a request header named, stored with every span of the request; empty when none did. Its bytes
  /// stand in `body` behind the message.
  package var requestProject: ByteRange = .empty

  /// The resource attribute that carries `requestProject` in exports.
  package static let requestProjectKey = "steno.request.project"

  package init() {}
}

/// An InstrumentationScope message with the schema URL of its ScopeSpans (or ScopeLogs).
package struct ScopeRef: Sendable {
  /// The InstrumentationScope message as sent; empty when it was left out.
  package var message: ByteRange = .empty
  package var schemaURL: ByteRange = .empty
  package var name: ByteRange = .empty
  package var version: ByteRange = .empty
  package var attributes: Range<Int> = 0..<0

  package init() {}
}

/// A Span message: what grouping needs of it, and where its bytes lie.
package struct SpanRef: Sendable {
  package var traceID: TraceID
  package var spanID: SpanID
  /// nil: no parent (left out, empty, or all zero).
  package var parentSpanID: SpanID?
  package var startTime: UnixNanoseconds
  package var endTime: UnixNanoseconds
  /// W3C flags in the low byte; bits 8 and 9 (0x300) say that the parent is remote.
  package var flags: UInt32
  /// OTLP's SpanKind number.
  package var kind: Int32
  /// OTLP's StatusCode number: 0 unset, 1 ok, 2 error.
  package var statusCode: Int32
  package var name: ByteRange
  package var statusMessage: ByteRange
  package var traceState: ByteRange
  package var droppedAttributesCount: UInt32
  package var droppedEventsCount: UInt32
  package var droppedLinksCount: UInt32
  /// Its attributes, as indices of `attributes`.
  package var attributes: Range<Int>
  /// Its Event and Link messages, as indices of `messages`.
  package var events: Range<Int>
  package var links: Range<Int>
  /// The whole Span message as sent.
  package var message: ByteRange
  /// Indices of `resources` and `scopes`.
  package var resource: Int
  package var scope: Int

  package init(traceID: TraceID, spanID: SpanID) {
    self.traceID = traceID
    self.spanID = spanID
    startTime = UnixNanoseconds(0)
    endTime = UnixNanoseconds(0)
    flags = 0
    kind = 0
    statusCode = 0
    name = .empty
    statusMessage = .empty
    traceState = .empty
    droppedAttributesCount = 0
    droppedEventsCount = 0
    droppedLinksCount = 0
    attributes = 0..<0
    events = 0..<0
    links = 0..<0
    message = .empty
    resource = 0
    scope = 0
  }
}

/// A LogRecord message: what joining it to its span needs, and where its bytes lie.
package struct LogRef: Sendable {
  /// nil: the record names no trace, or no span.
  package var traceID: TraceID?
  package var spanID: SpanID?
  /// timeUnixNano, else observedTimeUnixNano.
  package var time: UnixNanoseconds
  package var eventName: ByteRange
  package var body: ValueRef
  package var attributes: Range<Int>
  /// The whole LogRecord message as sent.
  package var message: ByteRange
  package var resource: Int
  package var scope: Int

  package init() {
    time = UnixNanoseconds(0)
    eventName = .empty
    body = .none
    attributes = 0..<0
    message = .empty
    resource = 0
    scope = 0
  }
}

/// What a request left out because it can't be kept, told by partial success.
package struct Rejections: Sendable, Equatable {
  package var count: Int = 0
  /// Why the first one was, in one sentence that names no content.
  package var firstReason: String = ""

  package init() {}

  package mutating func add(_ reason: @autoclosure () -> String) {
    if count == 0 { firstReason = reason() }
    count += 1
  }
}

/// One decoded request (or one block read back): the OTLP protobuf bytes, and flat tables of what lies where in them.
/// Nothing is copied out of the body; a request costs a handful of allocations however many attributes it has.
package struct DecodedTelemetry: Sendable {
  /// OTLP protobuf. A JSON request is transcoded into it first, so that everything behind the decoder sees one form.
  package var body: [UInt8]
  package var resources: [ResourceRef] = []
  package var scopes: [ScopeRef] = []
  package var spans: [SpanRef] = []
  package var logs: [LogRef] = []
  package var attributes: [AttributeRef] = []
  /// Event and Link messages of spans.
  package var messages: [ByteRange] = []
  package var rejections = Rejections()
  /// IDs that came as base64 in JSON (a known exporter bug) and were accepted.
  package var base64IDCount = 0

  package init(body: [UInt8]) { self.body = body }
}
