/// Puts Span messages together again out of what `SpanSplitter` made of them: whole, or without their texts.
package struct SpanJoiner: ~Copyable {
  private var sink = ByteSink()
  /// Of the message joined last: the attributes whose values were left out, as places among its attributes.
  package private(set) var cuts: [Int] = []

  package init() {}

  /// The message joined last.
  package func withMessage<Result>(_ use: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try sink.withUnsafeBytes(use)
  }

  /// - Parameters:
  ///   - bytes: where the keys (each behind its length), the shape and the values lie.
  ///   - texts: those of this message; nil leaves them out: what stands there is empty then, and of the same kind.
  package mutating func join(
    _ bytes: UnsafeRawBufferPointer, keys: [ByteRange], shape: ByteRange, values: ByteRange,
    texts: UnsafeRawBufferPointer?
  ) throws(OTLPDecodingError) {
    sink.removeAll()
    cuts.removeAll(keepingCapacity: true)
    var shapes = WireReader(bytes, shape)
    var values = WireReader(bytes, values)
    var parts = Parts(attribute: 0, event: nil, text: 0)
    while !shapes.isAtEnd {
      let token = try shapes.varint()
      guard let form = SplitForm(rawValue: UInt8(token & 15)) else { throw Self.damaged(shapes.at) }
      switch form {
      case .raw: sink.append(UnsafeRawBufferPointer(rebasing: bytes[try values.lengthDelimited().range]))
      case .rawAttribute:
        sink.append(UnsafeRawBufferPointer(rebasing: bytes[try values.lengthDelimited().range]))
        parts.attribute += 1
      case .eventBegin:
        sink.append(0x5A)
        parts.event = sink.count
      case .eventEnd:
        guard let start = parts.event else { throw Self.damaged(shapes.at) }
        sink.insertLength(at: start)
        parts.event = nil
      case .string, .int, .bool, .double, .any, .cutString, .cutBytes, .cutArray, .cutList:
        guard token >> 4 < UInt64(keys.count) else { throw Self.damaged(shapes.at) }
        let key = UnsafeRawBufferPointer(rebasing: bytes[keys[Int(token >> 4)].range])
        try attribute(form, key, bytes, &values, texts, &parts)
      }
    }
    guard values.isAtEnd, parts.event == nil, texts == nil || parts.text == texts?.count else {
      throw Self.damaged(values.at)
    }
  }

  /// How far the message has come.
  private struct Parts {
    /// Attributes of the span so far.
    var attribute: Int
    /// Where the content of the open Event begins.
    var event: Int?
    /// Bytes of the texts so far.
    var text: Int
  }

  @inline(__always)
  private mutating func attribute(
    _ form: SplitForm, _ key: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer, _ values: inout WireReader,
    _ texts: UnsafeRawBufferPointer?, _ parts: inout Parts
  ) throws(OTLPDecodingError) {
    let content: UnsafeRawBufferPointer
    var hasLength = true
    switch form {
    case .int, .bool:
      let start = values.at
      _ = try values.varint()
      content = UnsafeRawBufferPointer(rebasing: bytes[start..<values.at])
      hasLength = false
    case .double:
      let start = values.at
      _ = try values.fixed64()
      content = UnsafeRawBufferPointer(rebasing: bytes[start..<values.at])
      hasLength = false
    case .cutString, .cutBytes, .cutArray, .cutList:
      let length = try values.varint()
      if let texts {
        guard length <= UInt64(texts.count - parts.text) else { throw Self.damaged(values.at) }
        content = UnsafeRawBufferPointer(rebasing: texts[parts.text..<parts.text + Int(length)])
        parts.text += Int(length)
      } else {
        content = UnsafeRawBufferPointer(start: nil, count: 0)
        if parts.event == nil { cuts.append(parts.attribute) }
      }
    default: content = UnsafeRawBufferPointer(rebasing: bytes[try values.lengthDelimited().range])
    }
    var count = content.count
    if form != .any { count += 1 + (hasLength ? varintSize(UInt64(content.count)) : 0) }
    sink.append(parts.event == nil ? 0x4A : 0x1A)
    sink.append(varint: 2 + key.count + varintSize(UInt64(count)) + count)
    sink.append(0x0A)
    sink.append(key)
    sink.append(0x12)
    sink.append(varint: count)
    if form != .any { sink.append(form.tag) }
    if form != .any, hasLength { sink.append(varint: content.count) }
    sink.append(content)
    if parts.event == nil { parts.attribute += 1 }
  }

  private static func damaged(_ offset: Int) -> OTLPDecodingError { OTLPDecodingError(.truncated, at: offset) }
}
