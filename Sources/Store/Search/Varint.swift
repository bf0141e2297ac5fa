/// Unsigned integers, seven bits a byte, the lowest first; the format of the text index.
extension [UInt8] {
  mutating func append(varint value: Int) {
    var rest = UInt(bitPattern: value)
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}

/// Reads integers and bytes one after another. Behind the end it reads zeros: `isAtEnd` and `isDamaged` tell.
struct VarintReader {
  let bytes: UnsafeRawBufferPointer
  private(set) var at: Int
  let end: Int
  private(set) var isDamaged = false

  init(_ bytes: UnsafeRawBufferPointer, from start: Int = 0, to end: Int? = nil) {
    self.bytes = bytes
    at = start
    self.end = Swift.min(end ?? bytes.count, bytes.count)
  }

  var isAtEnd: Bool { at >= end }

  @inline(__always)
  mutating func next() -> Int {
    if at < end, bytes[at] < 0x80 {
      at += 1
      return Int(bytes[at - 1])
    }
    return nextLong()
  }

  private mutating func nextLong() -> Int {
    var value: UInt = 0
    var shift: UInt = 0
    while at < end, shift < 63 {
      let byte = bytes[at]
      at += 1
      value |= UInt(byte & 0x7F) << shift
      if byte < 0x80 { return Int(clamping: value) }
      shift += 7
    }
    isDamaged = true
    at = end
    return 0
  }

  /// The next `count` bytes.
  mutating func take(_ count: Int) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= end - at else {
      isDamaged = true
      at = end
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    defer { at += count }
    return UnsafeRawBufferPointer(rebasing: bytes[at..<at + count])
  }
}

/// Ascending keys as differences.
enum KeyList {
  static func encode(_ keys: [Int64]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(keys.count * 2)
    var last: Int64 = 0
    for key in keys {
      bytes.append(varint: Int(key &- last))
      last = key
    }
    return bytes
  }

  static func decode(_ bytes: UnsafeRawBufferPointer) -> [Int64] {
    var keys: [Int64] = []
    keys.reserveCapacity(bytes.count / 2)
    var reader = VarintReader(bytes)
    var last: Int64 = 0
    while !reader.isAtEnd {
      last &+= Int64(reader.next())
      keys.append(last)
    }
    return keys
  }

  /// Whether one of the keys is in the set.
  static func intersects(_ bytes: UnsafeRawBufferPointer, _ isWanted: (Int64) -> Bool) -> Bool {
    var reader = VarintReader(bytes)
    var last: Int64 = 0
    while !reader.isAtEnd {
      last &+= Int64(reader.next())
      if isWanted(last) { return true }
    }
    return false
  }
}
