/// Takes the Span messages of a block apart into shapes, values and texts: `SplitForm`. Kept from block to block.
package struct SpanSplitter: ~Copyable {
  private var keys = SplitKeys()
  private var keyBytes = ByteSink()
  private var shapes = ByteSink()
  private var values = ByteSink()
  private var textBytes = ByteSink()

  package init() {}

  /// Begins a block.
  package mutating func begin() {
    keys.begin()
    keyBytes.removeAll()
    shapes.removeAll()
    values.removeAll()
    textBytes.removeAll()
  }

  /// Distinct keys of the block so far.
  package var keyCount: Int { keys.count }
  /// Bytes of keys, shapes and values.
  package var outlineBytes: Int { keyBytes.count + shapes.count + values.count }

  /// The keys, each behind its length as a varint.
  package func appendKeys(to bytes: inout [UInt8]) { keyBytes.withUnsafeBytes { bytes.append(contentsOf: $0) } }

  /// The shapes of all messages of the block, then their values.
  package func appendShapesAndValues(to bytes: inout [UInt8]) {
    shapes.withUnsafeBytes { bytes.append(contentsOf: $0) }
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// The texts of all messages of the block.
  package var texts: [UInt8] { textBytes.bytes }

  /// The same, not copied.
  package func withTexts<Result>(_ use: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try textBytes.withUnsafeBytes(use)
  }

  /// Adds a message that was decoded before; `rule` is asked once for each key.
  package mutating func add(
    _ message: UnsafeRawBufferPointer, rule: (UnsafeRawBufferPointer) -> CutRule
  ) throws(OTLPDecodingError) -> SplitSizes {
    let before = (shapes.count, values.count, textBytes.count)
    var cutsKept = false
    try fields(WireReader(message), attributeTag: 0x4A, rule, &cutsKept)
    return SplitSizes(
      shape: shapes.count - before.0, values: values.count - before.1, texts: textBytes.count - before.2,
      cutsKept: cutsKept)
  }

  /// Shorter Events are not worth taking apart.
  private static let eventBytesMin = 64

  /// The fields of a Span, or of an Event in it.
  private mutating func fields(
    _ message: WireReader, attributeTag: UInt8, _ rule: (UnsafeRawBufferPointer) -> CutRule, _ cutsKept: inout Bool
  ) throws(OTLPDecodingError) {
    var reader = message
    let bytes = reader.bytes
    let isSpan = attributeTag == 0x4A
    var rawStart = reader.at
    while !reader.isAtEnd {
      let start = reader.at
      let tag = try reader.tag()
      try reader.skip(tag)
      if tag == UInt32(attributeTag) {
        let field = UnsafeRawBufferPointer(rebasing: bytes[start..<reader.at])
        if let attribute = PlainAttribute(field, tag: attributeTag) {
          raw(bytes, rawStart..<start)
          write(attribute, rule, &cutsKept)
          rawStart = reader.at
        } else if isSpan {
          raw(bytes, rawStart..<start)
          raw(bytes, start..<reader.at, as: .rawAttribute)
          rawStart = reader.at
        }
      } else if tag == 0x5A, isSpan, reader.at - start >= Self.eventBytesMin,
        let event = plainLength(bytes, start, end: reader.at)
      {
        raw(bytes, rawStart..<start)
        shapes.append(SplitForm.eventBegin.rawValue)
        let range = ByteRange(offset: event, count: reader.at - event)
        try fields(WireReader(bytes, range), attributeTag: 0x1A, rule, &cutsKept)
        shapes.append(SplitForm.eventEnd.rawValue)
        rawStart = reader.at
      }
    }
    raw(bytes, rawStart..<reader.at)
  }

  private mutating func raw(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, as form: SplitForm = .raw) {
    if range.isEmpty { return }
    shapes.append(form.rawValue)
    values.append(varint: range.count)
    values.append(UnsafeRawBufferPointer(rebasing: bytes[range]))
  }

  @inline(__always)
  private mutating func write(
    _ attribute: PlainAttribute, _ ruleOf: (UnsafeRawBufferPointer) -> CutRule, _ cutsKept: inout Bool
  ) {
    let (place, rule) = keys.place(of: attribute.key, rule: ruleOf, table: &keyBytes)
    var form = attribute.form
    if let cut = attribute.cutForm, attribute.content.count >= rule.bytesMin {
      form = cut
      textBytes.append(attribute.content)
      values.append(varint: attribute.content.count)
      if rule.isKept { cutsKept = true }
    } else {
      switch form {
      case .string:
        values.append(varint: attribute.content.count)
        values.append(attribute.content)
      case .int, .bool, .double: values.append(attribute.content)
      default:
        values.append(varint: attribute.value.count)
        values.append(attribute.value)
      }
    }
    shapes.append(varint: place << 4 | Int(form.rawValue))
  }
}

/// A KeyValue field that is written as every exporter writes it.
private struct PlainAttribute {
  let key: UnsafeRawBufferPointer
  /// The AnyValue message.
  let value: UnsafeRawBufferPointer
  /// The payload of its only member; empty for `any`.
  private(set) var content: UnsafeRawBufferPointer
  private(set) var form = SplitForm.any
  /// The form in which the content stands in the texts.
  private(set) var cutForm: SplitForm?

  @inline(__always)
  init?(_ field: UnsafeRawBufferPointer, tag: UInt8) {
    let end = field.count
    guard field[0] == tag, var at = plainLength(field, 0, end: end), at < end, field[at] == 0x0A,
      let keyCount = plainVarint(field, at + 1, end: end)
    else { return nil }
    at = keyCount.next
    guard keyCount.value < end - at else { return nil }
    key = UnsafeRawBufferPointer(rebasing: field[at..<at + keyCount.value])
    at += keyCount.value
    guard field[at] == 0x12, let start = plainLength(field, at, end: end) else { return nil }
    value = UnsafeRawBufferPointer(rebasing: field[start..<end])
    content = UnsafeRawBufferPointer(rebasing: field[end..<end])
    guard start < end else { return }
    switch field[start] {
    case 0x0A: take(.string, cut: .cutString, field, start)
    case 0x3A: take(.any, cut: .cutBytes, field, start)
    case 0x2A: take(.any, cut: .cutArray, field, start)
    case 0x32: take(.any, cut: .cutList, field, start)
    case 0x10: takeVarint(.bool, field, start)
    case 0x18: takeVarint(.int, field, start)
    case 0x21:
      if end - start == 9 { (form, content) = (.double, UnsafeRawBufferPointer(rebasing: field[start + 1..<end])) }
    default: break
    }
  }

  @inline(__always)
  private mutating func take(_ form: SplitForm, cut: SplitForm, _ field: UnsafeRawBufferPointer, _ start: Int) {
    guard let first = plainLength(field, start, end: field.count) else { return }
    content = UnsafeRawBufferPointer(rebasing: field[first...])
    self.form = form
    cutForm = cut
  }

  /// A varint that reaches to the end of the field.
  @inline(__always)
  private mutating func takeVarint(_ form: SplitForm, _ field: UnsafeRawBufferPointer, _ start: Int) {
    let bytes = UnsafeRawBufferPointer(rebasing: field[(start + 1)...])
    guard (1...10).contains(bytes.count), bytes.dropLast().allSatisfy({ $0 >= 0x80 }), bytes[bytes.count - 1] < 0x80
    else { return }
    content = bytes
    self.form = form
  }
}

/// Behind the length that follows the tag at `start`, if it is as short as can be and reaches exactly to `end`.
@inline(__always)
private func plainLength(_ bytes: UnsafeRawBufferPointer, _ start: Int, end: Int) -> Int? {
  guard let length = plainVarint(bytes, start + 1, end: end), length.value == end - length.next else { return nil }
  return length.next
}

/// A length that is written as short as can be, at most 28 bits of it.
@inline(__always)
private func plainVarint(_ bytes: UnsafeRawBufferPointer, _ start: Int, end: Int) -> (value: Int, next: Int)? {
  var value = 0
  var at = start
  var shift = 0
  while at < end, shift <= 21 {
    let byte = bytes[at]
    value |= Int(byte & 0x7F) << shift
    at += 1
    if byte < 0x80 { return byte == 0 && shift > 0 ? nil : (value, at) }
    shift += 7
  }
  return nil
}
