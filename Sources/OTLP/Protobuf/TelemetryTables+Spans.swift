import Telemetry

/// Why a span can't be kept.
enum SpanFault {
  case traceID, spanID, parentSpanID, attributes

  func text(isJSON: Bool) -> String {
    switch self {
    case .traceID: "a span's trace ID is all zero or not \(isJSON ? "32 hexadecimal digits" : "16 bytes")"
    case .spanID: "a span's span ID is all zero or not \(isJSON ? "16 hexadecimal digits" : "8 bytes")"
    case .attributes: "a span has more attributes than the limit"
    case .parentSpanID: "a span's parent span ID is not \(isJSON ? "16 hexadecimal digits" : "8 bytes")"
    }
  }
}

extension TelemetryTables {
  /// Appends a Span. One whose IDs are not valid is left out and the reason returned; its bytes must be sound even so.
  mutating func span(
    _ bytes: UnsafeRawBufferPointer, _ message: ByteRange, resource: Int, scope: Int
  ) throws(OTLPDecodingError) -> SpanFault? {
    try charge(MemoryLayout<SpanRef>.stride, at: message.range.lowerBound)
    let firstAttribute = attributes.count
    let firstMessage = messages.count
    links.removeAll(keepingCapacity: true)
    var fields = SpanFields()
    try walk(bytes, message, &fields)
    let identifiers: SpanIdentifiers
    switch fields.identifiers(in: bytes) {
    case .success(let valid) where attributes.count - firstAttribute <= attributesPerSpanMax: identifiers = valid
    case let invalid:
      let fault = if case .failure(let fault) = invalid { fault } else { SpanFault.attributes }
      attributes.removeLast(attributes.count - firstAttribute)
      messages.removeLast(messages.count - firstMessage)
      return fault
    }
    guard spans.count < spansMax else {
      throw OTLPDecodingError(.tooManySpans(limit: spansMax), at: message.range.lowerBound)
    }
    let firstLink = messages.count
    messages.append(contentsOf: links)

    var ref = SpanRef(traceID: identifiers.traceID, spanID: identifiers.spanID)
    ref.parentSpanID = identifiers.parentSpanID
    ref.startTime = UnixNanoseconds(fields.startTime)
    ref.endTime = UnixNanoseconds(fields.endTime)
    ref.flags = fields.flags
    ref.kind = fields.kind
    ref.statusCode = fields.statusCode
    ref.name = fields.name
    ref.statusMessage = fields.statusMessage
    ref.traceState = fields.traceState
    ref.droppedAttributesCount = fields.droppedAttributes
    ref.droppedEventsCount = fields.droppedEvents
    ref.droppedLinksCount = fields.droppedLinks
    ref.attributes = firstAttribute..<attributes.count
    ref.events = firstMessage..<firstLink
    ref.links = firstLink..<messages.count
    ref.message = message
    ref.resource = resource
    ref.scope = scope
    spans.append(ref)
    return nil
  }

  private mutating func walk(
    _ bytes: UnsafeRawBufferPointer, _ message: ByteRange, _ fields: inout SpanFields
  ) throws(OTLPDecodingError) {
    var reader = WireReader(bytes, message)
    let attributesMax = attributes.count &+ min(attributesPerSpanMax, .max - attributes.count - 1)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      // One beyond the limit is noted, so that the span is rejected; further ones only have to be sound.
      case 0x4A where attributes.count > attributesMax:
        try checkKeyValue(bytes, try reader.lengthDelimited(), depth: 0)
      case 0x4A: try attribute(bytes, try reader.lengthDelimited())
      case 0x0A: fields.traceID = try reader.lengthDelimited()
      case 0x12: fields.spanID = try reader.lengthDelimited()
      case 0x1A: fields.traceState = try reader.lengthDelimited()
      case 0x22: fields.parentSpanID = try reader.lengthDelimited()
      case 0x2A: fields.name = try reader.lengthDelimited()
      case 0x30: fields.kind = Int32(truncatingIfNeeded: try reader.varint())
      case 0x39: fields.startTime = try reader.fixed64()
      case 0x41: fields.endTime = try reader.fixed64()
      case 0x50: fields.droppedAttributes = UInt32(truncatingIfNeeded: try reader.varint())
      case 0x5A:
        let event = try reader.lengthDelimited()
        try charge(MemoryLayout<ByteRange>.stride, at: event.range.lowerBound)
        try check(bytes, event, attributesTag: 0x1A)
        messages.append(event)
      case 0x60: fields.droppedEvents = UInt32(truncatingIfNeeded: try reader.varint())
      case 0x6A:
        let link = try reader.lengthDelimited()
        try charge(2 * MemoryLayout<ByteRange>.stride, at: link.range.lowerBound)
        try check(bytes, link, attributesTag: 0x22)
        links.append(link)
      case 0x70: fields.droppedLinks = UInt32(truncatingIfNeeded: try reader.varint())
      case 0x7A: try status(bytes, try reader.lengthDelimited(), &fields)
      case 0x85: fields.flags = try reader.fixed32()
      default: try reader.skip(tag)
      }
    }
  }

  private func status(
    _ bytes: UnsafeRawBufferPointer, _ message: ByteRange, _ fields: inout SpanFields
  ) throws(OTLPDecodingError) {
    var reader = WireReader(bytes, message)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 0x12: fields.statusMessage = try reader.lengthDelimited()
      case 0x18: fields.statusCode = Int32(truncatingIfNeeded: try reader.varint())
      default: try reader.skip(tag)
      }
    }
  }

  /// An Event or Link: its fields are read when it is shown, but what can't be read then is refused now.
  private func check(
    _ bytes: UnsafeRawBufferPointer, _ message: ByteRange, attributesTag: UInt32
  ) throws(OTLPDecodingError) {
    var reader = WireReader(bytes, message)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      if tag == attributesTag {
        try checkKeyValue(bytes, try reader.lengthDelimited(), depth: 0)
      } else {
        try reader.skip(tag)
      }
    }
  }
}

extension SpanFault: Error {}

private struct SpanIdentifiers {
  var traceID: TraceID
  var spanID: SpanID
  var parentSpanID: SpanID?
}

/// The fields of a Span as far as they are known while it is walked; of a repeated one the last counts.
private struct SpanFields {
  var traceID = ByteRange.empty
  var spanID = ByteRange.empty
  var parentSpanID = ByteRange.empty
  var traceState = ByteRange.empty
  var name = ByteRange.empty
  var statusMessage = ByteRange.empty
  var startTime: UInt64 = 0
  var endTime: UInt64 = 0
  var flags: UInt32 = 0
  var kind: Int32 = 0
  var statusCode: Int32 = 0
  var droppedAttributes: UInt32 = 0
  var droppedEvents: UInt32 = 0
  var droppedLinks: UInt32 = 0

  func identifiers(in bytes: UnsafeRawBufferPointer) -> Result<SpanIdentifiers, SpanFault> {
    guard let trace = bytes.traceID(traceID) else { return .failure(.traceID) }
    guard let span = bytes.spanID(spanID) else { return .failure(.spanID) }
    guard parentSpanID.isEmpty || parentSpanID.count == 8 else { return .failure(.parentSpanID) }
    return .success(SpanIdentifiers(traceID: trace, spanID: span, parentSpanID: bytes.spanID(parentSpanID)))
  }
}

extension UnsafeRawBufferPointer {
  /// nil unless the range is 16 bytes that are not all zero.
  func traceID(_ range: ByteRange) -> TraceID? {
    guard range.count == 16, range.range.upperBound <= count else { return nil }
    return TraceID(high: bigEndian(range.range.lowerBound), low: bigEndian(range.range.lowerBound + 8))
  }

  /// nil unless the range is 8 bytes that are not all zero.
  func spanID(_ range: ByteRange) -> SpanID? {
    guard range.count == 8, range.range.upperBound <= count else { return nil }
    return SpanID(value: bigEndian(range.range.lowerBound))
  }

  private func bigEndian(_ offset: Int) -> UInt64 {
    UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
