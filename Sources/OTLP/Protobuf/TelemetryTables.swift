import Telemetry

/// The tables of a `DecodedTelemetry` while a walk over OTLP protobuf fills them.
struct TelemetryTables {
  var resources: [ResourceRef] = []
  var scopes: [ScopeRef] = []
  var spans: [SpanRef] = []
  var logs: [LogRef] = []
  var attributes: [AttributeRef] = []
  var messages: [ByteRange] = []
  var rejections = Rejections()
  /// Bytes that go behind the body: ranges beyond the body's end lie here.
  var tail: [UInt8] = []
  /// Links of the span being walked; they follow its events in `messages`.
  var links: [ByteRange] = []
  /// `Limits.valueDepthMax`.
  let depthMax: Int
  /// `Limits.spansPerRequestMax`, `Limits.attributesPerSpanMax`; what is stored was within those of its time.
  let spansMax: Int
  let attributesPerSpanMax: Int
  /// The body was JSON: reasons speak of hexadecimal digits.
  var isJSON = false

  /// Bytes that the tables may still take. A body of nearly empty messages would fill tables many times its size.
  private var bytesLeft: Int

  /// The tables may take four times the bytes that a body may, which spans with a name and times stay below; without
  /// `isBounded` any.
  init(limits: Limits, isBounded: Bool = true) {
    depthMax = limits.valueDepthMax
    spansMax = isBounded ? limits.spansPerRequestMax : .max
    attributesPerSpanMax = isBounded ? limits.attributesPerSpanMax : .max
    bytesLeft = isBounded ? 4 * limits.decompressedBodyBytesMax : .max
  }

  /// Accounts for an entry that is about to be appended.
  @inline(__always)
  mutating func charge(_ bytes: Int, at offset: Int) throws(OTLPDecodingError) {
    guard bytes <= bytesLeft else { throw OTLPDecodingError(.tooManyEntries, at: offset) }
    bytesLeft -= bytes
  }

  /// `body` with what the walk put behind it.
  consuming func telemetry(body: consuming [UInt8]) -> DecodedTelemetry {
    var telemetry = DecodedTelemetry(body: body)
    if !tail.isEmpty { telemetry.body.append(contentsOf: tail) }
    telemetry.resources = resources
    telemetry.scopes = scopes
    telemetry.spans = spans
    telemetry.logs = logs
    telemetry.attributes = attributes
    telemetry.messages = messages
    telemetry.rejections = rejections
    return telemetry
  }

  /// One message out of the two parts that it was sent in: protobuf merges messages by joining their bytes.
  mutating func join(
    _ first: ByteRange, _ second: ByteRange, of bytes: UnsafeRawBufferPointer
  ) throws(OTLPDecodingError) -> ByteRange {
    try charge(Int(first.count) + Int(second.count), at: min(second.range.lowerBound, bytes.count))
    let offset = bytes.count + tail.count
    for part in [first, second] {
      if part.range.lowerBound >= bytes.count {
        let start = part.range.lowerBound - bytes.count
        tail.append(contentsOf: Array(tail[start..<start + part.range.count]))
      } else {
        tail.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[part.range]))
      }
    }
    return ByteRange(offset: offset, count: bytes.count + tail.count - offset)
  }
}
