/// White space as Unicode's White_Space property has it.
package enum WhiteSpace {
  /// The bytes without white space at both ends. Invalid UTF-8 is no white space.
  package static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var start = 0
    var end = bytes.count
    while start < end {
      let width = leading(bytes, start, end)
      if width == 0 { break }
      start += width
    }
    while end > start {
      let width = trailing(bytes, start, end)
      if width == 0 { break }
      end -= width
    }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
  }

  package static func trimmed(_ text: String) -> String {
    var text = text
    return text.withUTF8 { utf8 in
      let bytes = UnsafeRawBufferPointer(utf8)
      let kept = trimmed(bytes)
      return kept.count == bytes.count ? nil : String(decoding: kept, as: UTF8.self)
    } ?? text
  }

  @inline(__always)
  private static func isASCII(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  /// Bytes of the white space character that begins at `at`; 0 when another one does.
  private static func leading(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ end: Int) -> Int {
    let byte = bytes[at]
    if byte < 0x80 { return isASCII(byte) ? 1 : 0 }
    if at + 1 < end, isTwo(byte, bytes[at + 1]) { return 2 }
    if at + 2 < end, isThree(byte, bytes[at + 1], bytes[at + 2]) { return 3 }
    return 0
  }

  /// Bytes of the white space character that ends before `end`; 0 when another one does.
  private static func trailing(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int {
    let byte = bytes[end - 1]
    if byte < 0x80 { return isASCII(byte) ? 1 : 0 }
    if end - start >= 2, isTwo(bytes[end - 2], byte) { return 2 }
    if end - start >= 3, isThree(bytes[end - 3], bytes[end - 2], byte) { return 3 }
    return 0
  }

  /// U+0085, U+00A0.
  private static func isTwo(_ a: UInt8, _ b: UInt8) -> Bool { a == 0xC2 && (b == 0x85 || b == 0xA0) }

  /// U+1680, U+2000…U+200A, U+2028, U+2029, U+202F, U+205F, U+3000.
  private static func isThree(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> Bool {
    switch (a, b) {
    case (0xE1, 0x9A): c == 0x80
    case (0xE2, 0x80): (0x80...0x8A).contains(c) || c == 0xA8 || c == 0xA9 || c == 0xAF
    case (0xE2, 0x81): c == 0x9F
    case (0xE3, 0x80): c == 0x80
    default: false
    }
  }
}
