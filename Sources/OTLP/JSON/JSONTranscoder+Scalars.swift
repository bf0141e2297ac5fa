import JSON

extension JSONTranscoder {
  /// Reads a value that is neither a message nor a string, and writes the field.
  mutating func scalar(_ field: Field, _ kind: JSONKind) throws(OTLPDecodingError) {
    switch field.type {
    case .message, .string: return
    case .bytes: try bytes(field, kind)
    case .traceID: try identifier(field, kind, count: 16)
    case .spanID: try identifier(field, kind, count: 8)
    case .bool: number(field, try boolean(kind) ? 1 : 0)
    case .double: number(field, try double(kind).bitPattern)
    case .int64, .sfixed64: number(field, UInt64(bitPattern: try signed(kind, Int64.min...Int64.max)))
    case .uint64, .fixed64: number(field, try unsigned(kind, UInt64.max))
    case .uint32, .fixed32: number(field, try unsigned(kind, UInt64(UInt32.max)))
    case .sint32:
      let value = try signed(kind, Int64(Int32.min)...Int64(Int32.max))
      number(field, UInt64(truncatingIfNeeded: UInt32(bitPattern: Int32(truncatingIfNeeded: value << 1 ^ value >> 63))))
    case .enumeration(let type): try enumeration(field, type, kind)
    }
  }

  private mutating func number(_ field: Field, _ bits: UInt64) {
    writer.tag(field.number, field.wireType)
    switch field.wireType {
    case .fixed32: writer.fixed32(UInt32(truncatingIfNeeded: bits))
    case .fixed64: writer.fixed64(bits)
    case .varint, .lengthDelimited, .beginGroup, .endGroup: writer.varint(bits)
    }
  }

  private mutating func boolean(_ kind: JSONKind) throws(OTLPDecodingError) -> Bool {
    switch kind {
    case .bool: return try json { reader throws(JSONError) in try reader.bool() }
    case .string:
      let error = wrongType("true or false")
      switch try text() {
      case "true": return true
      case "false": return false
      default: throw error
      }
    case .null, .number, .array, .object: throw wrongType("true or false")
    }
  }

  private mutating func double(_ kind: JSONKind) throws(OTLPDecodingError) -> Double {
    switch kind {
    case .number: return try json({ reader throws(JSONError) in try reader.number() }).double
    case .string:
      let error = wrongType("a number")
      switch try text() {
      case "NaN": return .nan
      case "Infinity": return .infinity
      case "-Infinity": return -.infinity
      case let text:
        guard let value = JSONNumber(text) else { throw error }
        return value.double
      }
    case .null, .bool, .array, .object: throw wrongType("a number")
    }
  }

  private mutating func signed(
    _ kind: JSONKind, _ range: ClosedRange<Int64>
  ) throws(OTLPDecodingError) -> Int64 {
    let error = OTLPDecodingError(.outOfRange, at: reader.offset)
    guard let value = try integer(kind).int64, range.contains(value) else { throw error }
    return value
  }

  private mutating func unsigned(_ kind: JSONKind, _ maximum: UInt64) throws(OTLPDecodingError) -> UInt64 {
    let error = OTLPDecodingError(.outOfRange, at: reader.offset)
    guard let value = try integer(kind).uint64, value <= maximum else { throw error }
    return value
  }

  /// A number, or a string that is one.
  private mutating func integer(_ kind: JSONKind) throws(OTLPDecodingError) -> JSONNumber {
    switch kind {
    case .number: return try json { reader throws(JSONError) in try reader.number() }
    case .string:
      let error = wrongType("an integer")
      let string = try json { reader throws(JSONError) in try reader.string() }
      guard let value = JSONNumber(reader.bytes(of: string)) else { throw error }
      return value
    case .null, .bool, .array, .object: throw wrongType("an integer")
    }
  }

  /// A number, a string that is one, or a name. An unknown name is a value from a newer OTLP and left out.
  private mutating func enumeration(
    _ field: Field, _ type: EnumerationType, _ kind: JSONKind
  ) throws(OTLPDecodingError) {
    let range = Int64(Int32.min)...Int64(Int32.max)
    guard kind == .string else {
      return number(field, UInt64(bitPattern: try signed(kind, range)))
    }
    let name = try text()
    if let value = type.number(named: name) {
      number(field, UInt64(truncatingIfNeeded: value))
    } else if let value = JSONNumber(name)?.int64, range.contains(value) {
      number(field, UInt64(bitPattern: value))
    }
  }

  private mutating func bytes(_ field: Field, _ kind: JSONKind) throws(OTLPDecodingError) {
    guard kind == .string else { throw wrongType("a base64 string") }
    let error = OTLPDecodingError(.invalidBase64, at: reader.offset)
    let string = try json { reader throws(JSONError) in try reader.string() }
    var payload: [UInt8] = []
    guard withBytes(of: string, { Base64.decode($0, into: &payload) }) else { throw error }
    payload.withUnsafeBytes { writer.field(field.number, $0) }
  }

  /// Hexadecimal digits in either case, or the base64 of exactly `count` bytes, which some exporters send.
  private mutating func identifier(_ field: Field, _ kind: JSONKind, count: Int) throws(OTLPDecodingError) {
    guard kind == .string else { throw wrongType("a hexadecimal string") }
    let string = try json { reader throws(JSONError) in try reader.string() }
    let start = writer.bytes.count
    if !string.hasEscapes {
      writer.tag(field.number, .lengthDelimited)
      writer.varint(UInt64(string.count / 2))
      if Hexadecimal.decode(reader.bytes(of: string), into: &writer.bytes) { return }
      writer.bytes.removeLast(writer.bytes.count - start)
    }
    var isBase64 = false
    var payload: [UInt8] = []
    let isValid = withBytes(of: string) { text in
      if string.hasEscapes, Hexadecimal.decode(text, into: &payload) { return true }
      payload.removeAll(keepingCapacity: true)
      isBase64 = Base64.decode(text, into: &payload) && payload.count == count
      return isBase64
    }
    if isBase64 { base64IDCount += 1 }
    // One byte is no ID: the span that it should identify is rejected by itself.
    if !isValid { payload = [0] }
    payload.withUnsafeBytes { writer.field(field.number, $0) }
  }

  private mutating func text() throws(OTLPDecodingError) -> String {
    let string = try json { reader throws(JSONError) in try reader.string() }
    return reader.text(string, &scratch)
  }

  private mutating func withBytes<Result>(
    of string: JSONString, _ use: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    guard string.hasEscapes else { return use(reader.bytes(of: string)) }
    scratch.removeAll(keepingCapacity: true)
    reader.unescape(string, into: &scratch)
    return scratch.withUnsafeBytes { use($0) }
  }
}

/// Hexadecimal digits read straight from a text.
enum Hexadecimal {
  /// Appends the bytes; false when the count of digits is odd or a character is none.
  static func decode(_ text: UnsafeRawBufferPointer, into out: inout [UInt8]) -> Bool {
    guard text.count.isMultiple(of: 2) else { return false }
    for index in stride(from: 0, to: text.count, by: 2) {
      let (high, low) = (value(text[index]), value(text[index + 1]))
      guard high | low < 16 else { return false }
      out.append(high << 4 | low)
    }
    return true
  }

  /// 16 and more: no digit.
  @inline(__always)
  private static func value(_ digit: UInt8) -> UInt8 {
    let number = digit &- UInt8(ascii: "0")
    if number < 10 { return number }
    let letter = (digit | 0x20) &- UInt8(ascii: "a")
    return letter < 6 ? letter + 10 : 16
  }
}
