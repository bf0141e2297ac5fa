/// 16 bytes, not all zero, kept as two big-endian halves so that comparing values compares bytes.
/// Source: W3C Trace Context, trace-id.
package struct TraceID: Hashable, Comparable, Sendable {
  package let high: UInt64
  package let low: UInt64

  package init?(high: UInt64, low: UInt64) {
    if high | low == 0 { return nil }
    self.high = high
    self.low = low
  }

  /// Exactly 16 bytes, most significant first; anything else, and all zero, is no trace ID.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    let halves =
      bytes.withContiguousStorageIfAvailable { Self.halves($0) } ?? Array(bytes).withUnsafeBufferPointer(Self.halves)
    self.init(high: halves.0, low: halves.1)
  }

  /// Of 16 bytes.
  private static func halves(_ bytes: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt64) {
    let raw = UnsafeRawBufferPointer(bytes)
    return (
      UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
      UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    )
  }

  /// 32 hexadecimal digits in either case.
  package init?(hex: some StringProtocol) {
    guard let bytes = Hex.decode(hex.utf8) else { return nil }
    self.init(bytes: bytes)
  }

  package var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      raw.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
      raw.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
      count = 16
    }
  }

  /// 32 lowercase hexadecimal digits.
  package var hex: String { Hex.encode(bytes) }

  package static func < (a: TraceID, b: TraceID) -> Bool {
    a.high == b.high ? a.low < b.low : a.high < b.high
  }
}

/// 8 bytes, not all zero. Source: W3C Trace Context, parent-id.
package struct SpanID: Hashable, Comparable, Sendable {
  /// The eight bytes read big-endian; never zero.
  package let value: UInt64

  package init?(value: UInt64) {
    if value == 0 { return nil }
    self.value = value
  }

  /// Exactly 8 bytes; anything else, and all zero, is no span ID.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 8 else { return nil }
    self.init(value: bytes.reduce(0) { $0 << 8 | UInt64($1) })
  }

  /// 16 hexadecimal digits in either case.
  package init?(hex: some StringProtocol) {
    guard let bytes = Hex.decode(hex.utf8) else { return nil }
    self.init(bytes: bytes)
  }

  package var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 8) { buffer, count in
      UnsafeMutableRawBufferPointer(buffer).storeBytes(of: value.bigEndian, toByteOffset: 0, as: UInt64.self)
      count = 8
    }
  }

  /// 16 lowercase hexadecimal digits.
  package var hex: String { Hex.encode(bytes) }

  package static func < (a: SpanID, b: SpanID) -> Bool { a.value < b.value }
}
