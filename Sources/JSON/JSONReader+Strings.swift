extension JSONReader {
  /// The bytes between the quotes of a string token, escapes as they stand.
  @inlinable @inline(__always)
  package func bytes(of string: JSONString) -> UnsafeRawBufferPointer {
    bytes(string.offset, string.offset + string.count)
  }

  @inlinable @inline(__always)
  func bytes(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: text[start..<end]) }

  /// Stands at the opening quote. Eight bytes at a time are searched for a quote, a backslash or a control character;
  /// a borrow in the subtractions can only mark bytes behind the first true mark, so the lowest mark is exact.
  @usableFromInline
  mutating func scanString() throws(JSONError) -> JSONString {
    let start = offset + 1
    var at = start
    var hasEscapes = false
    while true {
      while at + 8 <= count {
        let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        let quote = word ^ 0x2222_2222_2222_2222
        let slash = word ^ 0x5C5C_5C5C_5C5C_5C5C
        let marks =
          ((quote &- ones) & ~quote | (slash &- ones) & ~slash | (word &- 0x2020_2020_2020_2020) & ~word) & highs
        if marks != 0 {
          at += marks.trailingZeroBitCount >> 3
          break
        }
        at += 8
      }
      guard at < count else { throw JSONError(.unexpectedEnd, at: count) }
      let next = byte(at)
      if next == UInt8(ascii: "\"") {
        offset = at + 1
        return JSONString(offset: start, count: at - start, hasEscapes: hasEscapes)
      }
      if next == UInt8(ascii: "\\") {
        hasEscapes = true
        at = try passEscape(at)
      } else if next < 0x20 {
        throw JSONError(.controlCharacter, at: at)
      } else {
        at += 1
      }
    }
  }

  /// Stands at a backslash; returns the place behind the escape.
  private func passEscape(_ at: Int) throws(JSONError) -> Int {
    guard at + 1 < count else { throw JSONError(.unexpectedEnd, at: count) }
    switch byte(at + 1) {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return at + 2
    case UInt8(ascii: "u"):
      guard at + 6 <= count else { throw JSONError(.unexpectedEnd, at: count) }
      guard hexUnit(at + 2) != nil else { throw JSONError(.invalidEscape, at: at) }
      return at + 6
    default:
      throw JSONError(.invalidEscape, at: at)
    }
  }

  /// Appends the UTF-8 that a string token means. A surrogate without its other half becomes U+FFFD.
  package func unescape(_ string: JSONString, into bytes: inout [UInt8]) {
    let end = string.offset + string.count
    var run = string.offset
    while true {
      var at = backslash(run, end)
      bytes.append(contentsOf: self.bytes(run, at))
      guard at + 1 < end else { return }
      switch byte(at + 1) {
      case UInt8(ascii: "b"): bytes.append(0x08)
      case UInt8(ascii: "f"): bytes.append(0x0C)
      case UInt8(ascii: "n"): bytes.append(0x0A)
      case UInt8(ascii: "r"): bytes.append(0x0D)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "u"): at = unescapeUnits(at, end, into: &bytes) - 2
      default: bytes.append(byte(at + 1))
      }
      run = at + 2
    }
  }

  /// The place of the first backslash, else `end`.
  private func backslash(_ start: Int, _ end: Int) -> Int {
    var at = start
    while at + 8 <= end {
      let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      let slash = word ^ 0x5C5C_5C5C_5C5C_5C5C
      let marks = (slash &- ones) & ~slash & highs
      if marks != 0 { return at + (marks.trailingZeroBitCount >> 3) }
      at += 8
    }
    while at < end, byte(at) != UInt8(ascii: "\\") { at += 1 }
    return at
  }

  /// Stands at `\u`; returns the place behind the escape, or behind the pair that it begins.
  private func unescapeUnits(_ at: Int, _ end: Int, into bytes: inout [UInt8]) -> Int {
    let next = at + 6
    guard next <= end, let unit = hexUnit(at + 2) else { return end }
    if let scalar = Unicode.Scalar(unit) {
      bytes.append(contentsOf: String(scalar).utf8)
      return next
    }
    if unit < 0xDC00, next + 6 <= end, byte(next) == UInt8(ascii: "\\"), byte(next + 1) == UInt8(ascii: "u"),
      let low = hexUnit(next + 2), (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
    {
      bytes.append(contentsOf: String(scalar).utf8)
      return next + 6
    }
    bytes.append(contentsOf: [0xEF, 0xBF, 0xBD])
    return next
  }

  /// Four hexadecimal digits; only called with `at + 4 <= count`.
  private func hexUnit(_ at: Int) -> UInt16? {
    var unit: UInt16 = 0
    for index in at..<at + 4 {
      let digit: UInt8
      switch byte(index) {
      case let character where character >= 0x30 && character <= 0x39: digit = character - 0x30
      case let character where character >= 0x41 && character <= 0x46: digit = character - 0x37
      case let character where character >= 0x61 && character <= 0x66: digit = character - 0x57
      default: return nil
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}

private let ones: UInt64 = 0x0101_0101_0101_0101
private let highs: UInt64 = 0x8080_8080_8080_8080
