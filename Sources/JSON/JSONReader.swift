/// What the next value is, by its first byte.
package enum JSONKind: Sendable {
  case null, bool, number, string, array, object
}

/// A string token that still lies in the text: the bytes between its quotes.
package struct JSONString: Sendable {
  package var offset: Int
  package var count: Int
  package var hasEscapes: Bool
}

/// A number token. An integer literal that fits 64 bits is exact; `uint` only above `Int64.max`.
package enum JSONNumber: Sendable, Equatable {
  case int(Int64)
  case uint(UInt64)
  case double(Double)
}

/// A pull reader of one JSON text: no tree and no allocation. The caller asks for what it expects:
///
///     try reader.beginObject()
///     while let key = try reader.nextKey() { …read or skip exactly one value… }
///     try reader.finish()
///
/// It borrows the bytes and must not outlive them. Source: RFC 8259; a leading byte order mark is skipped.
package struct JSONReader {
  @usableFromInline package let text: UnsafeRawBufferPointer
  @usableFromInline package let count: Int
  /// The byte that is read next.
  @usableFromInline package internal(set) var offset = 0
  /// Arrays and objects that are open.
  @usableFromInline package internal(set) var depth = 0
  @usableFromInline let depthMax: Int
  /// An array or object was opened and no element of it asked for.
  @usableFromInline var isFirst = false

  /// `depthMax` bounds the arrays and objects that are open at once.
  package init(_ bytes: UnsafeRawBufferPointer, depthMax: Int) {
    text = bytes
    count = bytes.count
    self.depthMax = depthMax
    if count >= 3, byte(0) == 0xEF, byte(1) == 0xBB, byte(2) == 0xBF { offset = 3 }
  }

  /// Only called with `at < count`.
  @inlinable @inline(__always) func byte(_ at: Int) -> UInt8 { text[at] }

  /// The kind of the value that follows; white space before it is passed over.
  @inlinable @inline(__always)
  package mutating func peek() throws(JSONError) -> JSONKind {
    skipSpace()
    guard offset < count else { throw JSONError(.unexpectedEnd, at: offset) }
    switch byte(offset) {
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    default: throw JSONError(.expectedValue, at: offset)
    }
  }

  @inlinable
  package mutating func beginObject() throws(JSONError) { try begin(UInt8(ascii: "{")) }

  @inlinable
  package mutating func beginArray() throws(JSONError) { try begin(UInt8(ascii: "[")) }

  @inlinable
  mutating func begin(_ bracket: UInt8) throws(JSONError) {
    skipSpace()
    guard offset < count else { throw JSONError(.unexpectedEnd, at: offset) }
    guard byte(offset) == bracket else { throw JSONError(.expectedValue, at: offset) }
    guard depth < depthMax else { throw JSONError(.tooDeep, at: offset) }
    depth += 1
    offset += 1
    isFirst = true
  }

  /// The next key of the innermost open object, with its colon passed over; nil when the object ends here.
  @inlinable
  package mutating func nextKey() throws(JSONError) -> JSONString? {
    guard try next(before: UInt8(ascii: "}")) else { return nil }
    guard offset < count else { throw JSONError(.unexpectedEnd, at: offset) }
    guard byte(offset) == UInt8(ascii: "\"") else { throw JSONError(.expectedKey, at: offset) }
    let key = try scanString()
    skipSpace()
    guard offset < count else { throw JSONError(.unexpectedEnd, at: offset) }
    guard byte(offset) == UInt8(ascii: ":") else { throw JSONError(.expectedColon, at: offset) }
    offset += 1
    return key
  }

  /// Whether the innermost open array has another element; false when it ends here.
  @inlinable
  package mutating func nextElement() throws(JSONError) -> Bool { try next(before: UInt8(ascii: "]")) }

  @inlinable @inline(__always)
  mutating func next(before end: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    guard offset < count else { throw JSONError(.unexpectedEnd, at: offset) }
    let next = byte(offset)
    if next == end {
      offset += 1
      depth -= 1
      isFirst = false
      return false
    }
    if isFirst {
      isFirst = false
      return true
    }
    guard next == UInt8(ascii: ",") else { throw JSONError(.expectedCommaOrEnd, at: offset) }
    offset += 1
    skipSpace()
    return true
  }

  package mutating func null() throws(JSONError) { try literal("null") }

  package mutating func bool() throws(JSONError) -> Bool {
    skipSpace()
    if offset < count, byte(offset) == UInt8(ascii: "t") {
      try literal("true")
      return true
    }
    try literal("false")
    return false
  }

  private mutating func literal(_ word: StaticString) throws(JSONError) {
    skipSpace()
    for index in 0..<word.utf8CodeUnitCount {
      guard offset + index < count else { throw JSONError(.unexpectedEnd, at: count) }
      guard byte(offset + index) == word.utf8Start[index] else { throw JSONError(.invalidLiteral, at: offset) }
    }
    offset += word.utf8CodeUnitCount
  }

  @inlinable
  package mutating func string() throws(JSONError) -> JSONString {
    skipSpace()
    guard offset < count else { throw JSONError(.unexpectedEnd, at: offset) }
    guard byte(offset) == UInt8(ascii: "\"") else { throw JSONError(.expectedValue, at: offset) }
    return try scanString()
  }

  /// Passes over the value that follows, checking that it is JSON.
  package mutating func skip() throws(JSONError) {
    switch try peek() {
    case .null: try null()
    case .bool: _ = try bool()
    case .number: _ = try scanNumber()
    case .string: _ = try scanString()
    case .array:
      try beginArray()
      while try nextElement() { try skip() }
    case .object:
      try beginObject()
      while try nextKey() != nil { try skip() }
    }
  }

  /// Makes sure that nothing but white space is left.
  package mutating func finish() throws(JSONError) {
    skipSpace()
    guard offset == count else { throw JSONError(.trailingBytes, at: offset) }
  }

  @inlinable package var isAtEnd: Bool { offset == count }

  @inlinable @inline(__always)
  package mutating func skipSpace() {
    while offset < count {
      switch byte(offset) {
      case 0x20, 0x0A, 0x0D, 0x09: offset += 1
      default: return
      }
    }
  }
}
