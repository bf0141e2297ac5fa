/// Writes protobuf's wire format.
struct WireWriter {
  var bytes: [UInt8] = []

  @inline(__always)
  mutating func varint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: value))
  }

  @inline(__always)
  mutating func tag(_ number: UInt32, _ type: WireType) { varint(UInt64(number) << 3 | UInt64(type.rawValue)) }

  @inline(__always)
  mutating func fixed32(_ value: UInt32) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  @inline(__always)
  mutating func fixed64(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// A length-delimited field, whole.
  mutating func field(_ number: UInt32, _ value: UnsafeRawBufferPointer) {
    tag(number, .lengthDelimited)
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  mutating func field(_ number: UInt32, _ value: String) {
    var value = value
    value.withUTF8 { field(number, UnsafeRawBufferPointer($0)) }
  }

  /// Begins a length-delimited value of unknown length after its tag, leaving `room` bytes for the length.
  @inline(__always)
  mutating func begin(room: Int = 1) -> Int {
    let start = bytes.count
    for _ in 0..<room { bytes.append(0) }
    return start
  }

  /// Room for every length; it is filled whole, with a longer varint than the length needs.
  static let roomForAny = 5

  /// Ends what `begin` began: the length is put before it, in as few bytes as it takes. Those that were left for it
  /// are rarely too many or too few; then the value is moved.
  @inline(__always)
  mutating func end(_ start: Int, room: Int = 1) {
    let count = bytes.count - start - room
    if room == 1, count < 0x80 {
      bytes[start] = UInt8(truncatingIfNeeded: count)
    } else {
      endLong(start, room: room, count: count)
    }
  }

  @inline(never)
  private mutating func endLong(_ start: Int, room: Int, count: Int) {
    let needed = room == Self.roomForAny ? room : varintSize(UInt64(count))
    for _ in 0..<max(0, needed - room) { bytes.append(0) }
    bytes.withUnsafeMutableBytes { all in
      if needed != room {
        let source = UnsafeRawBufferPointer(rebasing: all[start + room..<start + room + count])
        UnsafeMutableRawBufferPointer(rebasing: all[(start + needed)...]).copyMemory(from: source)
      }
      var rest = UInt64(count)
      for index in 0..<needed {
        let more: UInt8 = index == needed - 1 ? 0 : 0x80
        all[start + index] = UInt8(truncatingIfNeeded: rest & 0x7F) | more
        rest >>= 7
      }
    }
    if needed < room { bytes.removeLast(room - needed) }
  }
}

/// How many bytes a varint takes.
func varintSize(_ value: UInt64) -> Int { (70 - (value | 1).leadingZeroBitCount) / 7 }
