extension TelemetryTables {
  /// Appends a KeyValue that is an attribute of a resource, scope, span or log record.
  @inline(__always)
  mutating func attribute(_ bytes: UnsafeRawBufferPointer, _ message: ByteRange) throws(OTLPDecodingError) {
    try charge(MemoryLayout<AttributeRef>.stride, at: message.range.lowerBound)
    var ref = AttributeRef(key: .empty, value: .none)
    var reader = WireReader(bytes, message)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 0x0A: ref.key = try reader.lengthDelimited()
      case 0x12: try value(bytes, try reader.lengthDelimited(), &ref.value)
      default: try reader.skip(tag)
      }
    }
    attributes.append(ref)
  }

  /// Reads an AnyValue over what `ref` holds: the last member of the oneof wins, two arrays or lists become one.
  @inline(__always)
  mutating func value(
    _ bytes: UnsafeRawBufferPointer, _ message: ByteRange, _ ref: inout ValueRef
  ) throws(OTLPDecodingError) {
    var reader = WireReader(bytes, message)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 0x0A: ref = ValueRef(kind: .string, bits: 0, range: try reader.lengthDelimited())
      case 0x10: ref = ValueRef(kind: .bool, bits: try reader.varint() == 0 ? 0 : 1, range: .empty)
      case 0x18: ref = ValueRef(kind: .int, bits: try reader.varint(), range: .empty)
      case 0x21: ref = ValueRef(kind: .double, bits: try reader.fixed64(), range: .empty)
      case 0x3A: ref = ValueRef(kind: .bytes, bits: 0, range: try reader.lengthDelimited())
      case 0x2A: try container(bytes, .array, try reader.lengthDelimited(), &ref)
      case 0x32: try container(bytes, .keyValueList, try reader.lengthDelimited(), &ref)
      default: try reader.skip(tag)
      }
    }
  }

  @inline(never)
  private mutating func container(
    _ bytes: UnsafeRawBufferPointer, _ kind: ValueKind, _ message: ByteRange, _ ref: inout ValueRef
  ) throws(OTLPDecodingError) {
    try checkContainer(bytes, message, kind, depth: 1)
    let whole = ref.kind == kind ? try join(ref.range, message, of: bytes) : message
    ref = ValueRef(kind: kind, bits: 0, range: whole)
  }

  /// Makes sure that an ArrayValue or KeyValueList can be read, `depth` being the level of the value that holds it.
  /// Recursion ends at `depthMax`.
  private func checkContainer(
    _ bytes: UnsafeRawBufferPointer, _ message: ByteRange, _ kind: ValueKind, depth: Int
  ) throws(OTLPDecodingError) {
    var reader = WireReader(bytes, message)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      guard tag == 0x0A else {
        try reader.skip(tag)
        continue
      }
      let element = try reader.lengthDelimited()
      if kind == .array {
        try checkValue(bytes, element, depth: depth + 1)
      } else {
        try checkKeyValue(bytes, element, depth: depth)
      }
    }
  }

  /// A KeyValue whose value is one level below `depth`.
  func checkKeyValue(
    _ bytes: UnsafeRawBufferPointer, _ message: ByteRange, depth: Int
  ) throws(OTLPDecodingError) {
    var reader = WireReader(bytes, message)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      if tag == 0x12 {
        try checkValue(bytes, try reader.lengthDelimited(), depth: depth + 1)
      } else {
        try reader.skip(tag)
      }
    }
  }

  private func checkValue(
    _ bytes: UnsafeRawBufferPointer, _ message: ByteRange, depth: Int
  ) throws(OTLPDecodingError) {
    guard depth <= depthMax else { throw OTLPDecodingError(.tooDeep, at: message.range.lowerBound) }
    var reader = WireReader(bytes, message)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 0x2A: try checkContainer(bytes, try reader.lengthDelimited(), .array, depth: depth)
      case 0x32: try checkContainer(bytes, try reader.lengthDelimited(), .keyValueList, depth: depth)
      default: try reader.skip(tag)
      }
    }
  }
}
