import CMalloc
import Glibc
import SQLite

/// The order and the equality of words: that of their bytes.
func bytesAreEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
  guard a.count == b.count else { return false }
  guard let first = a.baseAddress, let second = b.baseAddress else { return true }
  return memcmp(first, second, a.count) == 0
}

/// Negative: `a` comes first.
func compareBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
  if let first = a.baseAddress, let second = b.baseAddress {
    let order = memcmp(first, second, min(a.count, b.count))
    if order != 0 { return Int(order) }
  }
  return a.count - b.count
}

/// Whether `part` lies in `bytes`; an empty one always does.
func bytesContain(_ bytes: UnsafeRawBufferPointer, _ part: [UInt8]) -> Bool {
  if part.isEmpty { return true }
  guard let base = bytes.baseAddress else { return false }
  return part.withUnsafeBytes { part in
    part.baseAddress.map { steno_find(base, bytes.count, $0, part.count) != nil } ?? true
  }
}

/// A copy of a column's bytes that stays where it is while it is held.
final class HeldBytes {
  let bytes: UnsafeRawBufferPointer

  init(copying source: UnsafeRawBufferPointer) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(source.count, 1), alignment: 1)
    copy.copyMemory(from: source)
    bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(copy)[..<source.count])
    storage = copy
  }

  private let storage: UnsafeMutableRawBufferPointer

  deinit { storage.deallocate() }
}
