import Filters
import Glibc
import OTLP
import Telemetry

/// Bytes without which no span of a block satisfies a condition: an outline that lacks them need not be taken apart.
/// Never wrong about those that do: what can be written in several ways is not looked for.
struct OutlineNeedle {
  /// Every key that the condition means begins with it, or holds it.
  private let key: [UInt8]
  /// Of the text that a value must be or have; empty where values tell nothing.
  private let value: [UInt8]
  /// The text lies in JSON, which may write any character as an escape.
  private let isInJSON: Bool
  /// Keys of attributes whose value may stand among the texts, which an outline does not hold.
  private let cutKeys: [[UInt8]]

  /// nil for a condition that bytes tell nothing about.
  init?(_ field: SpanField, _ test: FilterTest, _ limits: Limits) {
    guard let shortest = field.keys.last else { return nil }
    let text = test.text.map { Array($0.text.utf8) } ?? []
    switch field.place {
    case .attributes:
      (key, value, isInJSON) = (shortest.utf8, text, false)
      // A value that equals a short text is short itself, and shorter ones than these are never left out.
      let keptBytes = min(limits.outlineTextBytesMax, limits.outlineValueBytesMax, limits.outlineFactBytesMax)
      let isKept = test.relation == .equal && field.keys.count == 1 && text.count <= keptBytes
      cutKeys = isKept || text.isEmpty ? [] : field.keys.map(\.utf8)
    case .resource: (key, value, isInJSON, cutKeys) = (shortest.utf8, text, false, [])
    case .metadata:
      key = Self.plainRun(shortest.utf8)
      let run = Self.plainRun(text)
      // What JSON writes for a double without digits.
      value = Self.wordsOfDoubles.contains { Self.contains($0, run) } ? [] : run
      (isInJSON, cutKeys) = (true, [])
    }
    if key.isEmpty && value.isEmpty { return nil }
  }

  /// - Parameter outline: an outline, unpacked. Bytes that are none may hold anything.
  func mayBe(in outline: UnsafeRawBufferPointer) -> Bool {
    if isSaid(in: outline) { return true }
    if !isInJSON && cutKeys.isEmpty { return !OutlineHead.isOutline(outline) }
    guard let head = OutlineHead(outline) else { return true }
    return isInJSON ? head.hasLongSpans : head.cuts(anyOf: cutKeys, in: outline)
  }

  /// Whether the text of metadata, a JSON object, may satisfy the condition.
  func mayBe(inMetadata text: String) -> Bool {
    var text = text
    return text.withUTF8 { isSaid(in: UnsafeRawBufferPointer($0)) }
  }

  private func isSaid(in bytes: UnsafeRawBufferPointer) -> Bool {
    // The value is the rarer of the two.
    if bytesContain(bytes, value) && bytesContain(bytes, key) { return true }
    return isInJSON && hasEscapes(bytes)
  }

  private static let wordsOfDoubles = [Array("NaN".utf8), Array("-Infinity".utf8)]

  /// The longest run of characters that JSON writes as they are, or as the escape of their number: ASCII but for
  /// controls, quotation mark and slashes. Beyond ASCII there are surrogates, and UTF-8 may be repaired.
  private static func plainRun(_ text: [UInt8]) -> [UInt8] {
    text.split { !isPlain($0) }.max { $0.count < $1.count }.map { Array($0) } ?? []
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): false
    default: (0x20...0x7E).contains(byte)
    }
  }

  private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { bytesContain($0, part) }
  }

  /// Whether a character that is looked for stands there as JSON's escape of its number.
  private func hasEscapes(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress else { return false }
    var at = 0
    while at < bytes.count, let found = memchr(base + at, Int32(UInt8(ascii: "\\")), bytes.count - at) {
      at = base.distance(to: UnsafeRawPointer(found)) + 1
      guard at + 5 <= bytes.count, bytes[at] == UInt8(ascii: "u"), bytes[at + 1] == UInt8(ascii: "0"),
        bytes[at + 2] == UInt8(ascii: "0")
      else { continue }
      let digits = String(decoding: bytes[at + 3..<at + 5], as: UTF8.self)
      if let byte = UInt8(digits, radix: 16), value.contains(byte) || key.contains(byte) { return true }
    }
    return false
  }
}

extension FilterTest {
  /// The text that a value must be, or have in it; nil for what is not asked of texts so.
  fileprivate var text: ExactText? {
    guard case .text(let text) = operand, relation == .equal || relation == .has else { return nil }
    return text
  }
}

/// What an outline says of its spans before they are taken apart. Source of the form: `BlockEncoder`.
private struct OutlineHead {
  /// A span was stored without something that its facts need.
  private(set) var hasLongSpans = false
  private var keys: Range<Int>
  private var shapes: Range<Int>

  static func isOutline(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.first == 2 }

  /// nil for what is no outline.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard Self.isOutline(bytes) else { return nil }
    var reader = VarintReader(bytes, from: 1)
    Self.skip(reader.next(), times: 3, &reader)
    Self.skip(reader.next(), times: 2, &reader)
    let keyCount = reader.next()
    let firstKey = reader.at
    Self.skip(keyCount, times: 1, &reader)
    keys = firstKey..<reader.at
    var shapeBytes = 0
    var left = reader.next()
    while left > 0, !reader.isDamaged {
      if reader.take(1).first == BlockItemKind.longSpan.rawValue { hasLongSpans = true }
      _ = (reader.next(), reader.next())
      shapeBytes &+= reader.next()
      _ = (reader.next(), reader.next())
      left -= 1
    }
    let shapes = reader.at
    guard !reader.isDamaged, shapeBytes >= 0, shapeBytes <= bytes.count - shapes else { return nil }
    self.shapes = shapes..<shapes + shapeBytes
  }

  private static func skip(_ count: Int, times: Int, _ reader: inout VarintReader) {
    var left = count
    while left > 0, !reader.isDamaged {
      for _ in 0..<times { _ = reader.take(reader.next()) }
      left -= 1
    }
  }

  /// Whether a span has an attribute of one of the keys whose value stands among the texts.
  func cuts(anyOf wanted: [[UInt8]], in bytes: UnsafeRawBufferPointer) -> Bool {
    var reader = VarintReader(bytes, from: keys.lowerBound, to: keys.upperBound)
    var places: [Int] = []
    var place = 0
    while !reader.isAtEnd {
      let key = reader.take(reader.next())
      if wanted.contains(where: { $0.count == key.count && key.elementsEqual($0) }) { places.append(place) }
      place += 1
    }
    if places.isEmpty { return false }
    var tokens = VarintReader(bytes, from: shapes.lowerBound, to: shapes.upperBound)
    while !tokens.isAtEnd {
      if let key = SplitToken.keyOfCutValue(tokens.next()), places.contains(key) { return true }
    }
    return false
  }
}
