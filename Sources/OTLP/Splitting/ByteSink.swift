/// Bytes that grow at their end, for writing many small runs: an array's append costs several times as much.
package struct ByteSink: ~Copyable {
  private var storage: UnsafeMutableRawBufferPointer
  /// `count <= storage.count`.
  package private(set) var count = 0

  package init() { storage = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 16) }

  deinit { storage.deallocate() }

  package mutating func removeAll() { count = 0 }

  /// Copied.
  package var bytes: [UInt8] { [UInt8](UnsafeRawBufferPointer(rebasing: storage[..<count])) }

  package func withUnsafeBytes<Result>(_ use: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try use(UnsafeRawBufferPointer(rebasing: storage[..<count]))
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    storage[count] = byte
    count += 1
  }

  @inline(__always)
  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    guard let source = bytes.baseAddress, let target = storage.baseAddress else { return }
    target.advanced(by: count).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  @inline(__always)
  package mutating func append(varint value: Int) {
    reserve(10)
    var rest = UInt(bitPattern: value)
    while rest >= 0x80 {
      storage[count] = UInt8(truncatingIfNeeded: rest) | 0x80
      count += 1
      rest >>= 7
    }
    storage[count] = UInt8(truncatingIfNeeded: rest)
    count += 1
  }

  /// Puts the length of what follows `start` before it, as short as can be.
  mutating func insertLength(at start: Int) {
    let length = count - start
    let size = varintSize(UInt64(length))
    reserve(10)
    let moved = UnsafeMutableRawBufferPointer(rebasing: storage[(start + size)...])
    moved.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[start..<count]))
    count = start
    append(varint: length)
    count = start + size + length
  }

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if more > storage.count - count { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(storage.count * 2, count + more), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
    storage.deallocate()
    storage = larger
  }
}
