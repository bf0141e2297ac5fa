import JSON
import Telemetry

/// Renders a message as OTLP/JSON: lowerCamelCase keys, hexadecimal IDs, 64-bit integers as strings, enums as
/// integers, bytes in base64. Source: opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding".
enum JSONRendering {
  static func write(
    _ message: [UInt8], _ type: MessageType, to writer: inout JSONWriter
  ) throws(OTLPDecodingError) {
    // In the canonical encoding the values of a field stand together and defaults are left out.
    let canonical = try CanonicalEncoding.encode(message, type)
    try canonical.withBytes { bytes throws(OTLPDecodingError) in try object(WireReader(bytes), type, to: &writer) }
  }

  private static func object(
    _ message: WireReader, _ type: MessageType, to writer: inout JSONWriter
  ) throws(OTLPDecodingError) {
    var reader = message
    var openArray: UInt32?
    writer.beginObject()
    while !reader.isAtEnd {
      let tag = try reader.tag()
      let number = tag >> 3
      if let open = openArray, open != number {
        writer.endArray()
        openArray = nil
      }
      guard let field = Schema.otlp.field(number, of: type), UInt32(field.wireType.rawValue) == tag & 7 else {
        try reader.skip(tag)
        continue
      }
      if openArray == nil {
        writer.key(field.name.description)
        if field.presence == .repeated {
          writer.beginArray()
          openArray = number
        }
      }
      try value(field, &reader, to: &writer)
    }
    if openArray != nil { writer.endArray() }
    writer.endObject()
  }

  private static func value(
    _ field: Field, _ reader: inout WireReader, to writer: inout JSONWriter
  ) throws(OTLPDecodingError) {
    switch field.type {
    case .string: writer.string(utf8: try payload(&reader))
    case .bytes: writer.string(Base64.encode(try payload(&reader)))
    case .traceID, .spanID: writer.string(Hex.encode(try payload(&reader)))
    case .bool: writer.bool(try reader.varint() != 0)
    case .int64: writer.string(String(Int64(bitPattern: try reader.varint())))
    case .uint64: writer.string(String(try reader.varint()))
    case .uint32: writer.uint(try reader.varint())
    case .sint32:
      let bits = try reader.varint()
      writer.int(Int64(bits >> 1) ^ -Int64(bits & 1))
    case .fixed32: writer.uint(UInt64(try reader.fixed32()))
    case .fixed64: writer.string(String(try reader.fixed64()))
    case .sfixed64: writer.string(String(Int64(bitPattern: try reader.fixed64())))
    case .double: writer.double(Double(bitPattern: try reader.fixed64()))
    case .enumeration: writer.int(Int64(Int32(truncatingIfNeeded: try reader.varint())))
    case .message(let type):
      try object(WireReader(reader.bytes, try reader.lengthDelimited()), type, to: &writer)
    }
  }

  private static func payload(_ reader: inout WireReader) throws(OTLPDecodingError) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: reader.bytes[try reader.lengthDelimited().range])
  }
}
