enum WireType: UInt8, Sendable {
  case varint = 0
  case fixed64 = 1
  case lengthDelimited = 2
  case beginGroup = 3
  case endGroup = 4
  case fixed32 = 5
}

/// Reads protobuf's wire format out of borrowed bytes. Nothing is copied; every read is checked against `end`.
/// Source: protobuf.dev/programming-guides/encoding.
struct WireReader {
  let bytes: UnsafeRawBufferPointer
  private(set) var at: Int
  /// `at <= end <= bytes.count`.
  let end: Int

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    at = 0
    end = bytes.count
  }

  /// Reads a message that lies in `bytes`; a range that does not is empty.
  @inline(__always)
  init(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) {
    let range = range.range
    self.bytes = bytes
    end = min(range.upperBound, bytes.count)
    at = min(range.lowerBound, end)
  }

  @inline(__always) var isAtEnd: Bool { at == end }

  /// The next field's tag: its number, shifted left by three, and its wire type.
  @inline(__always)
  mutating func tag() throws(OTLPDecodingError) -> UInt32 {
    if at < end {
      let byte = bytes[at]
      if byte >= 8, byte < 0x80 {
        at += 1
        return UInt32(byte)
      }
    }
    return try longTag()
  }

  @inline(never)
  private mutating func longTag() throws(OTLPDecodingError) -> UInt32 {
    let start = at
    let tag = try varint()
    guard tag >= 8, tag <= UInt64(UInt32.max) else { throw OTLPDecodingError(.invalidFieldNumber, at: start) }
    return UInt32(tag)
  }

  @inline(__always)
  mutating func varint() throws(OTLPDecodingError) -> UInt64 {
    if at < end {
      let byte = bytes[at]
      if byte < 0x80 {
        at += 1
        return UInt64(byte)
      }
    }
    return try longVarint()
  }

  @inline(never)
  private mutating func longVarint() throws(OTLPDecodingError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    let start = at
    while at < end {
      let byte = bytes[at]
      at += 1
      // The tenth byte has room for one bit.
      if shift == 63, byte > 1 { throw OTLPDecodingError(.malformedVarint, at: start) }
      value |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw OTLPDecodingError(.truncated, at: start)
  }

  @inline(__always)
  mutating func lengthDelimited() throws(OTLPDecodingError) -> ByteRange {
    let start = at
    let count = try varint()
    guard count <= UInt64(end - at) else { throw OTLPDecodingError(.truncated, at: start) }
    let range = ByteRange(offset: at, count: Int(count))
    at += Int(count)
    return range
  }

  @inline(__always)
  mutating func fixed64() throws(OTLPDecodingError) -> UInt64 {
    guard end - at >= 8 else { throw OTLPDecodingError(.truncated, at: at) }
    let value = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    at += 8
    return value
  }

  @inline(__always)
  mutating func fixed32() throws(OTLPDecodingError) -> UInt32 {
    guard end - at >= 4 else { throw OTLPDecodingError(.truncated, at: at) }
    let value = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))
    at += 4
    return value
  }

  /// Passes over the value of a field whose tag was just read.
  mutating func skip(_ tag: UInt32) throws(OTLPDecodingError) { try skip(tag, groupsLeft: 100) }

  private mutating func skip(_ tag: UInt32, groupsLeft: Int) throws(OTLPDecodingError) {
    switch WireType(rawValue: UInt8(truncatingIfNeeded: tag & 7)) {
    case .varint: _ = try varint()
    case .fixed64: _ = try fixed64()
    case .lengthDelimited: _ = try lengthDelimited()
    case .fixed32: _ = try fixed32()
    case .beginGroup:
      guard groupsLeft > 0 else { throw OTLPDecodingError(.tooDeep, at: at) }
      while true {
        let start = at
        let inner = try self.tag()
        if inner & 7 == WireType.endGroup.rawValue {
          guard inner >> 3 == tag >> 3 else { throw OTLPDecodingError(.unmatchedGroup, at: start) }
          return
        }
        try skip(inner, groupsLeft: groupsLeft - 1)
      }
    case .endGroup: throw OTLPDecodingError(.unmatchedGroup, at: at)
    case nil: throw OTLPDecodingError(.invalidWireType, at: at)
    }
  }
}
