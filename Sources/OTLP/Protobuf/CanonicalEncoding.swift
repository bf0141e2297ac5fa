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
    let oneof = try collect(bytes, type)
    var index = first
    while index < fields.count, fields[index].isKnown {
      var end = index + 1
      while end < fields.count, fields[end].isKnown, fields[end].tag == fields[index].tag { end += 1 }
      let field = schema[Int(fields[index].field)]
      switch field.presence {
      case .repeated:
        for found in index..<end { try write(field, bytes, fields[found], levelsLeft: levelsLeft) }
      case .implicit: try singular(field, bytes, index..<end, levelsLeft: levelsLeft)
      case .explicit:
        if field.isInOneof, oneof.tag != fields[index].tag { break }
        while field.isInOneof, fields[index].value.offset < oneof.offset { index += 1 }
        try singular(field, bytes, index..<end, levelsLeft: levelsLeft)
      }
      index = end
    }
    for found in index..<fields.count { try unknown(bytes, fields[found]) }
    fields.removeLast(fields.count - first)
  }

  /// Notes every field of a message: known ones first, by number, then appearance. Returns which member of a oneof was
  /// the last, and the place of the first of its occurrences that no other member follows: those are merged.
  private mutating func collect(
    _ bytes: UnsafeRawBufferPointer, _ type: MessageType
  ) throws(OTLPDecodingError) -> (tag: UInt32, offset: UInt32) {
    var oneof: (tag: UInt32, offset: UInt32) = (0, 0)
    let first = fields.count
    var isOrdered = true
    var reader = WireReader(bytes)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      let start = reader.at
      try reader.skip(tag)
      var found = FoundField(tag: tag, value: ByteRange(offset: start, count: reader.at - start))
      if let index = schema.index(of: tag >> 3, in: type), UInt32(schema[index].wireType.rawValue) == tag & 7 {
        found.isKnown = true
        found.field = UInt16(truncatingIfNeeded: index)
        if schema[index].isInOneof, tag != oneof.tag { oneof = (tag, found.value.offset) }
      }
      if isOrdered, fields.count > first, let last = fields.last { isOrdered = !(found < last) }
      fields.append(found)
    }
    if !isOrdered { fields[first...].sort() }
    return oneof
  }

  private mutating func singular(
    _ field: Field, _ bytes: UnsafeRawBufferPointer, _ occurrences: Range<Int>, levelsLeft: Int
  ) throws(OTLPDecodingError) {
    guard case .message(let type) = field.type, occurrences.count > 1 else {
      return try write(field, bytes, fields[occurrences.upperBound - 1], levelsLeft: levelsLeft)
    }
    var parts: [UInt8] = []
    for found in fields[occurrences] { parts.append(contentsOf: try found.payload(bytes)) }
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
    _ bytes: UnsafeRawBufferPointer, _ field: FoundField
  ) throws(OTLPDecodingError) {
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
private struct FoundField: Comparable {
  var tag: UInt32
  /// What follows the tag.
  var value: ByteRange
  /// Its index in the schema.
  var field: UInt16 = 0
  /// The schema has it, with this wire type.
  var isKnown = false

  init(tag: UInt32, value: ByteRange) {
    self.tag = tag
    self.value = value
  }

  static func < (a: FoundField, b: FoundField) -> Bool {
    if a.isKnown != b.isKnown { return a.isKnown }
    return a.tag >> 3 == b.tag >> 3 ? a.value.offset < b.value.offset : a.tag < b.tag
  }

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
