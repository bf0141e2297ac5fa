import Telemetry

/// Which of the two requests is walked: their upper levels have the same numbers.
enum Signal { case traces, logs }

extension TelemetryTables {
  /// An ExportTraceServiceRequest or ExportLogsServiceRequest.
  mutating func request(_ bytes: UnsafeRawBufferPointer, _ signal: Signal) throws(OTLPDecodingError) {
    attributes.reserveCapacity(bytes.count / 48)
    var reader = WireReader(bytes)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      if tag == 0x0A {
        try resourceGroup(bytes, try reader.lengthDelimited(), signal)
      } else {
        try reader.skip(tag)
      }
    }
  }

  /// A ResourceSpans or ResourceLogs. The resource may stand behind what belongs to it.
  private mutating func resourceGroup(
    _ bytes: UnsafeRawBufferPointer, _ range: ByteRange, _ signal: Signal
  ) throws(OTLPDecodingError) {
    try charge(MemoryLayout<ResourceRef>.stride, at: range.range.lowerBound)
    let index = resources.count
    resources.append(ResourceRef())
    var parts = MessageParts()
    var schemaURL = ByteRange.empty
    var reader = WireReader(bytes, range)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 0x0A:
        try charge(MemoryLayout<ByteRange>.stride, at: reader.at)
        parts.append(try reader.lengthDelimited())
      case 0x12: try scopeGroup(bytes, try reader.lengthDelimited(), index, signal)
      case 0x1A: schemaURL = try reader.lengthDelimited()
      default: try reader.skip(tag)
      }
    }
    resources[index] = try resource(bytes, parts)
    resources[index].schemaURL = schemaURL
  }

  /// A ScopeSpans or ScopeLogs.
  private mutating func scopeGroup(
    _ bytes: UnsafeRawBufferPointer, _ range: ByteRange, _ resource: Int, _ signal: Signal
  ) throws(OTLPDecodingError) {
    try charge(MemoryLayout<ScopeRef>.stride, at: range.range.lowerBound)
    let index = scopes.count
    scopes.append(ScopeRef())
    var parts = MessageParts()
    var schemaURL = ByteRange.empty
    var reader = WireReader(bytes, range)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 0x0A:
        try charge(MemoryLayout<ByteRange>.stride, at: reader.at)
        parts.append(try reader.lengthDelimited())
      case 0x12:
        let message = try reader.lengthDelimited()
        switch signal {
        case .traces:
          if let reason = try span(bytes, message, resource: resource, scope: index) {
            rejections.add(reason.text(isJSON: isJSON))
          }
        case .logs: try log(bytes, message, resource: resource, scope: index)
        }
      case 0x1A: schemaURL = try reader.lengthDelimited()
      default: try reader.skip(tag)
      }
    }
    scopes[index] = try scope(bytes, parts)
    scopes[index].schemaURL = schemaURL
  }

  mutating func resource(
    _ bytes: UnsafeRawBufferPointer, _ parts: MessageParts
  ) throws(OTLPDecodingError) -> ResourceRef {
    var ref = ResourceRef()
    let start = attributes.count
    for part in parts.all {
      var reader = WireReader(bytes, part)
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 0x0A: try attribute(bytes, try reader.lengthDelimited())
        case 0x1A:
          // An EntityRef is only kept, but what can't be exported again is refused now.
          var entity = WireReader(bytes, try reader.lengthDelimited())
          while !entity.isAtEnd { try entity.skip(try entity.tag()) }
        default: try reader.skip(tag)
        }
      }
    }
    ref.attributes = start..<attributes.count
    ref.message = try message(parts, of: bytes)
    return ref
  }

  mutating func scope(_ bytes: UnsafeRawBufferPointer, _ parts: MessageParts) throws(OTLPDecodingError) -> ScopeRef {
    var ref = ScopeRef()
    let start = attributes.count
    for part in parts.all {
      var reader = WireReader(bytes, part)
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 0x0A: ref.name = try reader.lengthDelimited()
        case 0x12: ref.version = try reader.lengthDelimited()
        case 0x1A: try attribute(bytes, try reader.lengthDelimited())
        default: try reader.skip(tag)
        }
      }
    }
    ref.attributes = start..<attributes.count
    ref.message = try message(parts, of: bytes)
    return ref
  }

  private mutating func message(
    _ parts: MessageParts, of bytes: UnsafeRawBufferPointer
  ) throws(OTLPDecodingError) -> ByteRange {
    var whole = parts.first ?? .empty
    for part in parts.further { whole = try join(whole, part, of: bytes) }
    return whole
  }
}

/// The places where a field that may occur once occurs: nearly always one.
struct MessageParts {
  private(set) var first: ByteRange?
  private(set) var further: [ByteRange] = []

  init() {}

  init(_ only: ByteRange) { first = only }

  mutating func append(_ part: ByteRange) {
    if first == nil { first = part } else { further.append(part) }
  }

  var all: [ByteRange] { (first.map { [$0] } ?? []) + further }
}
