/// Writes compact JSON into `bytes`. Commas are put by themselves; that keys, values and ends match is the caller's duty.
package struct JSONWriter: Sendable {
  package private(set) var bytes: [UInt8]
  /// A value was written that a following one must be parted from.
  private var needsComma = false

  package init(capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package mutating func beginObject() { begin(UInt8(ascii: "{")) }

  package mutating func endObject() { end(UInt8(ascii: "}")) }

  package mutating func beginArray() { begin(UInt8(ascii: "[")) }

  package mutating func endArray() { end(UInt8(ascii: "]")) }

  package mutating func key(_ key: String) {
    separate()
    quote(key)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func string(_ value: String) {
    separate()
    quote(value)
  }

  /// UTF-8 as a string; what is invalid becomes U+FFFD.
  package mutating func string(utf8 value: UnsafeRawBufferPointer) { string(String(decoding: value, as: UTF8.self)) }

  package mutating func int(_ value: Int64) {
    separate()
    digits(value.magnitude, isNegative: value < 0)
  }

  package mutating func uint(_ value: UInt64) {
    separate()
    digits(value, isNegative: false)
  }

  /// A 64-bit integer for a reader that keeps numbers as doubles: a number up to ±2^53, a string of digits beyond.
  package mutating func attributeInt(_ value: Int64) {
    if value.magnitude <= 1 << 53 { int(value) } else { string(String(value)) }
  }

  /// The shortest text that reads back as the same double, without a fraction when it has none. JSON has no NaN and no
  /// infinities: they become the strings that OTLP/JSON (ProtoJSON) uses for them.
  package mutating func double(_ value: Double) {
    guard value.isFinite else { return string(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity") }
    separate()
    var text = value.description
    if text.utf8.count > 2, text.utf8.suffix(2).elementsEqual(".0".utf8) { text.removeLast(2) }
    bytes.append(contentsOf: text.utf8)
  }

  package mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

  package mutating func null() { raw("null") }

  /// A text that is one JSON value already.
  package mutating func raw(_ json: String) {
    separate()
    bytes.append(contentsOf: json.utf8)
  }

  package mutating func raw(_ json: some Collection<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
  }

  package mutating func write(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let value): bool(value)
    case .int(let value): int(value)
    case .uint(let value): uint(value)
    case .double(let value): double(value)
    case .string(let value): string(value)
    case .array(let elements):
      beginArray()
      for element in elements { write(element) }
      endArray()
    case .object(let members):
      beginObject()
      for member in members {
        key(member.key)
        write(member.value)
      }
      endObject()
    }
  }

  private mutating func begin(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func end(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  @inline(__always)
  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func digits(_ magnitude: UInt64, isNegative: Bool) {
    if isNegative { bytes.append(UInt8(ascii: "-")) }
    // From the last digit to the first, then turned round.
    var low = bytes.count
    var rest = magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    var high = bytes.count - 1
    while low < high {
      bytes.swapAt(low, high)
      low += 1
      high -= 1
    }
  }

  private mutating func quote(_ value: String) {
    var value = value
    value.withUTF8 { quote(validUTF8: UnsafeRawBufferPointer($0)) }
  }

  private mutating func quote(validUTF8 value: UnsafeRawBufferPointer) {
    bytes.append(UInt8(ascii: "\""))
    escape(value)
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func write(validUTF8 value: UnsafeRawBufferPointer, isKey: Bool) {
    separate()
    quote(validUTF8: value)
    if isKey {
      bytes.append(UInt8(ascii: ":"))
      needsComma = false
    }
  }
}

extension JSONWriter {
  /// Copies runs that need no escape whole. U+2028 and U+2029 are escaped, so that the text may stand in a script.
  fileprivate mutating func escape(_ text: UnsafeRawBufferPointer) {
    var run = 0
    var at = 0
    while at < text.count {
      at = nextMark(text, at)
      guard at < text.count else { break }
      let byte = text[at]
      if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte != 0xE2 {
        at += 1
        continue
      }
      if byte == 0xE2, !isLineSeparator(text, at) {
        at += 1
        continue
      }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[run..<at]))
      if byte == 0xE2 {
        bytes.append(contentsOf: (text[at + 2] == 0xA8 ? "\\u2028" : "\\u2029").utf8)
        at += 3
      } else {
        escape(byte)
        at += 1
      }
      run = at
    }
    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[run..<text.count]))
  }

  /// The place of the first byte that may need an escape, else the end; eight bytes at a time. A borrow in the
  /// subtractions can only mark bytes behind the first true mark, so the lowest mark is exact.
  private func nextMark(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var at = start
    while at + 8 <= text.count {
      let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      let quote = word ^ 0x2222_2222_2222_2222
      let slash = word ^ 0x5C5C_5C5C_5C5C_5C5C
      let separator = word ^ 0xE2E2_E2E2_E2E2_E2E2
      let marks =
        (quote &- ones) & ~quote | (slash &- ones) & ~slash | (separator &- ones) & ~separator
        | (word &- 0x2020_2020_2020_2020) & ~word
      let first = marks & 0x8080_8080_8080_8080
      if first != 0 { return at + (first.trailingZeroBitCount >> 3) }
      at += 8
    }
    return at
  }

  private func isLineSeparator(_ text: UnsafeRawBufferPointer, _ at: Int) -> Bool {
    at + 2 < text.count && text[at + 1] == 0x80 && (text[at + 2] == 0xA8 || text[at + 2] == 0xA9)
  }

  private mutating func escape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    default:
      bytes.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
      let digits: StaticString = "0123456789abcdef"
      bytes.append(digits.utf8Start[Int(byte >> 4)])
      bytes.append(digits.utf8Start[Int(byte & 15)])
    }
  }
}
