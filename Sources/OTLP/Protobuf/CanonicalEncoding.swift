/// The one encoding that all encodings of a message's values share: known fields ordered by number, repeated ones in
/// their order, defaults and empty messages left out, varints as short as they go, one NaN; then unknown fields by
/// number and appearance. Nested messages likewise. Strings and bytes stay as they are, invalid UTF-8 included.
///
/// It decides which of two versions of a span wins and what makes two log records one, so it must never change.
package struct CanonicalEncoding {
  private var writer = WireWriter()
  /// The fields of the messages that are being encoded, the innermost last.
  private var fields: [FoundField] = []
  private let schema = Schema.otlp

  private init() {}

  /// Resource, scope, schema URLs and span as the ResourceSpans that holds just them. A project that a request header
  /// named is the resource's last attribute.
  package static func span(_ span: SpanView) throws(OTLPDecodingError) -> [UInt8] {
    try encode(Envelope.bytes(span), .resourceSpans)
  }

  /// Resource, scope, schema URLs and record as the ResourceLogs that holds just them.
  package static func log(_ log: LogView) throws(OTLPDecodingError) -> [UInt8] {
    try encode(Envelope.bytes(log), .resourceLogs)
  }

  static func encode(
    _ message: [UInt8], _ type: MessageType, levelsLeft: Int = levelsMax
  ) throws(OTLPDecodingError) -> [UInt8] {
    try message.withBytes { bytes throws(OTLPDecodingError) in
      var encoding = CanonicalEncoding()
      encoding.writer.bytes.reserveCapacity(bytes.count)
      try encoding.message(bytes, type, levelsLeft: levelsLeft)
      return encoding.writer.bytes
    }
  }

  /// Messages inside messages: three for each level of a value, and the few around them.
  private static let levelsMax = 1_024

  private mutating func message(
    _ bytes: UnsafeRawBufferPointer, _ type: MessageType, levelsLeft: Int
  ) throws(OTLPDecodingError) {
    guard levelsLeft > 0 else { throw OTLPDecodingError(.tooDeep, at: 0) }
    let first = fields.count
    let member = try collect(bytes, type)
    for index in schema.range(of: type) {
      let field = schema[index]
      if field.presence == .repeated {
        for found in first..<fields.count where fields[found].isOf(field) {
          try write(field, bytes, fields[found], levelsLeft: levelsLeft)
        }
      } else if field.isInOneof, field.number != member.number {
        continue
      } else if let last = fields[first...].lastIndex(where: { $0.isOf(field) }) {
        try singular(field, bytes, field.isInOneof ? member.first : first, last, levelsLeft: levelsLeft)
      }
    }
    try unknown(bytes, fields[first...].filter { !$0.isKnown })
    fields.removeLast(fields.count - first)
  }

  /// Notes every field of a message. Returns which member of a oneof was the last, and the index of the first of its
  /// occurrences that no other member follows: those are merged.
  private mutating func collect(
    _ bytes: UnsafeRawBufferPointer, _ type: MessageType
  ) throws(OTLPDecodingError) -> (number: UInt32, first: Int) {
    var member: (number: UInt32, first: Int) = (0, fields.count)
    var reader = WireReader(bytes)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      let start = reader.at
      try reader.skip(tag)
      var found = FoundField(tag: tag, value: ByteRange(offset: start, count: reader.at - start))
      if let field = schema.field(tag >> 3, of: type), UInt32(field.wireType.rawValue) == tag & 7 {
        found.isKnown = true
        if field.isInOneof, field.number != member.number { member = (field.number, fields.count) }
      }
      fields.append(found)
    }
    return member
  }

  private mutating func singular(
    _ field: Field, _ bytes: UnsafeRawBufferPointer, _ first: Int, _ last: Int, levelsLeft: Int
  ) throws(OTLPDecodingError) {
    guard case .message(let type) = field.type,
      let earlier = fields[first...].firstIndex(where: { $0.isOf(field) }), earlier != last
    else { return try write(field, bytes, fields[last], levelsLeft: levelsLeft) }
    var parts: [UInt8] = []
    for found in fields[first...last] where found.isOf(field) { parts.append(contentsOf: try found.payload(bytes)) }
    let body = try Self.encode(parts, type, levelsLeft: levelsLeft - 1)
    if body.isEmpty, field.presence == .implicit { return }
    writer.tag(field.number, .lengthDelimited)
    writer.varint(UInt64(body.count))
    writer.bytes.append(contentsOf: body)
  }

  private mutating func write(
    _ field: Field, _ bytes: UnsafeRawBufferPointer, _ found: FoundField, levelsLeft: Int
  ) throws(OTLPDecodingError) {
    let keepsDefault = field.presence != .implicit
    let bits: UInt64
    switch field.type {
    case .string, .bytes, .traceID, .spanID:
      let payload = try found.payload(bytes)
      if keepsDefault || !payload.isEmpty { writer.field(field.number, payload) }
      return
    case .message(let type):
      let start = writer.bytes.count
      writer.tag(field.number, .lengthDelimited)
      let body = writer.begin()
      try message(try found.payload(bytes), type, levelsLeft: levelsLeft - 1)
      if writer.bytes.count == body + 1, !keepsDefault {
        writer.bytes.removeLast(writer.bytes.count - start)
      } else {
        writer.end(body)
      }
      return
    case .bool: bits = try found.bits(bytes) == 0 ? 0 : 1
    case .enumeration: bits = UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: try found.bits(bytes))))
    case .uint32, .sint32: bits = try found.bits(bytes) & 0xFFFF_FFFF
    case .double:
      let sent = try found.bits(bytes)
      bits = Double(bitPattern: sent).isNaN ? Double.nan.bitPattern : sent
    case .int64, .uint64, .fixed32, .fixed64, .sfixed64: bits = try found.bits(bytes)
    }
    if bits == 0, !keepsDefault { return }
    number(field.number, field.wireType, bits)
  }

  private mutating func unknown(
    _ bytes: UnsafeRawBufferPointer, _ found: [FoundField]
  ) throws(OTLPDecodingError) {
    // The standard sort is stable.
    for field in found.sorted(by: { $0.tag >> 3 < $1.tag >> 3 }) {
      switch WireType(rawValue: UInt8(truncatingIfNeeded: field.tag & 7)) {
      case .lengthDelimited: writer.field(field.tag >> 3, try field.payload(bytes))
      case .varint: number(field.tag >> 3, .varint, try field.bits(bytes))
      case .fixed64: number(field.tag >> 3, .fixed64, try field.bits(bytes))
      case .fixed32: number(field.tag >> 3, .fixed32, try field.bits(bytes))
      case .beginGroup, .endGroup, nil:
        writer.tag(field.tag >> 3, .beginGroup)
        writer.bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[field.value.range]))
      }
    }
  }

  private mutating func number(_ number: UInt32, _ type: WireType, _ bits: UInt64) {
    writer.tag(number, type)
    switch type {
    case .fixed32: writer.fixed32(UInt32(truncatingIfNeeded: bits))
    case .fixed64: writer.fixed64(bits)
    case .varint, .lengthDelimited, .beginGroup, .endGroup: writer.varint(bits)
    }
  }
}

/// A field as it stands in the message that is being encoded: 16 bytes, since a message may have very many.
private struct FoundField {
  var tag: UInt32
  /// What follows the tag.
  var value: ByteRange
  /// The schema has it, with this wire type.
  var isKnown = false

  init(tag: UInt32, value: ByteRange) {
    self.tag = tag
    self.value = value
  }

  func isOf(_ field: Field) -> Bool { isKnown && tag >> 3 == field.number }

  func payload(_ bytes: UnsafeRawBufferPointer) throws(OTLPDecodingError) -> UnsafeRawBufferPointer {
    var reader = WireReader(bytes, value)
    return UnsafeRawBufferPointer(rebasing: bytes[try reader.lengthDelimited().range])
  }

  /// The number as it is on the wire, widened to 64 bits.
  func bits(_ bytes: UnsafeRawBufferPointer) throws(OTLPDecodingError) -> UInt64 {
    var reader = WireReader(bytes, value)
    switch WireType(rawValue: UInt8(truncatingIfNeeded: tag & 7)) {
    case .fixed64: return try reader.fixed64()
    case .fixed32: return UInt64(try reader.fixed32())
    case .varint, .lengthDelimited, .beginGroup, .endGroup, nil: return try reader.varint()
    }
  }
}
