import Telemetry

extension TelemetryTables {
  /// Appends a LogRecord. One whose IDs are not valid belongs to no span: the .proto file asks receivers to assume so.
  mutating func log(
    _ bytes: UnsafeRawBufferPointer, _ message: ByteRange, resource: Int, scope: Int
  ) throws(OTLPDecodingError) {
    try charge(MemoryLayout<LogRef>.stride, at: message.range.lowerBound)
    var ref = LogRef()
    var traceID = ByteRange.empty
    var spanID = ByteRange.empty
    var time: UInt64 = 0
    var observedTime: UInt64 = 0
    let firstAttribute = attributes.count
    var reader = WireReader(bytes, message)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 0x09: time = try reader.fixed64()
      case 0x2A: try value(bytes, try reader.lengthDelimited(), &ref.body)
      case 0x32: try attribute(bytes, try reader.lengthDelimited())
      case 0x4A: traceID = try reader.lengthDelimited()
      case 0x52: spanID = try reader.lengthDelimited()
      case 0x59: observedTime = try reader.fixed64()
      case 0x62: ref.eventName = try reader.lengthDelimited()
      default: try reader.skip(tag)
      }
    }
    ref.traceID = bytes.traceID(traceID)
    ref.spanID = bytes.spanID(spanID)
    ref.time = UnixNanoseconds(time != 0 ? time : observedTime)
    ref.attributes = firstAttribute..<attributes.count
    ref.message = message
    ref.resource = resource
    ref.scope = scope
    logs.append(ref)
  }
}
