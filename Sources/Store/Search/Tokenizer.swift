import Telemetry

/// Walks over the words of a text, and over the pairs of characters of scripts without spaces.
///
/// "Größe 北京市 a.b" → große, 北京, 京市, 市, a, b, where ö has lost its mark.
/// The last character of a run stands alone, so that every character begins a token and a single one is found as the
/// prefix of one. Each token takes one position.
struct Tokenizer: ~Copyable {
  enum Kind { case word, pair, last }

  /// A longer word is known by its beginning.
  static let tokenBytesMax = 64

  private let text: UnsafeRawBufferPointer
  private let buffer: UnsafeMutablePointer<UInt8>
  private var at = 0
  private(set) var count = 0
  private(set) var kind = Kind.word
  /// Of the token; the first is 0.
  private(set) var position = -1
  /// Where the token, or the first character of a pair, stands in the text.
  private(set) var range = 0..<0

  init(_ text: UnsafeRawBufferPointer) {
    self.text = text
    buffer = .allocate(capacity: Self.tokenBytesMax + 8)
  }

  deinit { buffer.deallocate() }

  /// The token's bytes, until the next step.
  var token: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: buffer, count: count) }

  /// False at the end of the text.
  mutating func next() -> Bool {
    count = 0
    while at < text.count {
      let start = at
      let byte = text[at]
      if byte < 0x80 {
        at += 1
        guard let folded = Self.asciiWord(byte) else { continue }
        append(folded)
      } else {
        let (scalar, length) = decode(at)
        at += length
        switch ScalarClass(scalar) {
        case .separator, .mark: continue
        case .word(let folded): append(scalar: folded)
        case .paired:
          takePair(scalar, start)
          return true
        }
      }
      takeWord(start)
      return true
    }
    return false
  }

  private mutating func takeWord(_ start: Int) {
    var end = at
    while at < text.count {
      let byte = text[at]
      if byte < 0x80 {
        guard let folded = Self.asciiWord(byte) else { break }
        append(folded)
        at += 1
      } else {
        let (scalar, length) = decode(at)
        switch ScalarClass(scalar) {
        case .mark: break
        case .word(let folded): append(scalar: folded)
        case .separator, .paired:
          finish(.word, start..<end)
          return
        }
        at += length
      }
      end = at
    }
    finish(.word, start..<end)
  }

  private mutating func takePair(_ first: UInt32, _ start: Int) {
    append(scalar: first)
    let end = at
    if at < text.count, text[at] >= 0x80 {
      let (second, _) = decode(at)
      if ScalarClass(second) == .paired {
        append(scalar: second)
        return finish(.pair, start..<end)
      }
    }
    finish(.last, start..<end)
  }

  private mutating func finish(_ kind: Kind, _ range: Range<Int>) {
    self.kind = kind
    self.range = range
    position += 1
  }

  @inline(__always)
  private static func asciiWord(_ byte: UInt8) -> UInt8? {
    let lower = byte | 0x20
    if lower &- 0x61 < 26 { return lower }
    return byte &- 0x30 < 10 ? byte : nil
  }

  @inline(__always)
  private mutating func append(_ byte: UInt8) {
    guard count < Self.tokenBytesMax else { return }
    buffer[count] = byte
    count += 1
  }

  /// A token that is full takes no part of a scalar.
  private mutating func append(scalar: UInt32) {
    guard count < Self.tokenBytesMax, let scalar = Unicode.Scalar(scalar) else { return }
    for byte in UTF8.encode(scalar) ?? .init() {
      buffer[count] = byte
      count += 1
    }
  }

  /// A Swift string's UTF-8 is well-formed; a byte that is not counts as one separator.
  private func decode(_ at: Int) -> (scalar: UInt32, length: Int) {
    let first = UInt32(text[at])
    let length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard length > 1, at + length <= text.count else { return (0, 1) }
    var scalar = first & (0xFF >> UInt32(length + 1))
    for offset in 1..<length { scalar = scalar << 6 | UInt32(text[at + offset] & 0x3F) }
    return (scalar, length)
  }
}
