import JSON
import Telemetry

/// Rewrites OTLP/JSON as OTLP protobuf, so that everything behind it sees one form. One pass over the text, driven by
/// the schema; no tree is built.
///
/// Lenient where exporters differ: lowerCamelCase and snake_case keys, numbers as strings, enums by name, `null` as
/// absent, unknown fields ignored. JSON of a type that a field can't have fails the whole body.
struct JSONTranscoder {
  var reader: JSONReader
  var writer = WireWriter()
  var scratch: [UInt8] = []
  /// IDs that came as base64.
  var base64IDCount = 0
  private let schema = Schema.otlp
  private let valueDepthMax: Int
  /// Values around the one being read.
  private var valueDepth = 0

  init(_ text: UnsafeRawBufferPointer, limits: Limits) {
    // A level of a value takes at most four of JSON: value, list, its array, key and value. The rest leads to the value.
    reader = JSONReader(text, depthMax: 32 + 4 * limits.valueDepthMax)
    valueDepthMax = limits.valueDepthMax
  }

  /// Reads one text of the type; with `lines` as many as there are, each of which adds to the request.
  mutating func transcode(_ type: MessageType, lines: Bool = false) throws(OTLPDecodingError) {
    repeat {
      try message(type)
      reader.skipSpace()
    } while lines && !reader.isAtEnd
    do {
      try reader.finish()
    } catch {
      throw OTLPDecodingError(error)
    }
  }

  private mutating func message(_ type: MessageType) throws(OTLPDecodingError) {
    guard case .object = try kind() else { throw wrongType("an object") }
    let fields = schema.range(of: type)
    // Exporters write fields in the order of their numbers: the field behind the last one is looked at first.
    var expected = fields.lowerBound
    try json { reader throws(JSONError) in try reader.beginObject() }
    while let key = try json({ reader throws(JSONError) in try reader.nextKey() }) {
      if let index = index(of: key, in: fields, expected: expected) {
        expected = index + 1
        try self.field(schema[index])
      } else {
        try json { reader throws(JSONError) in try reader.skip() }
      }
    }
  }

  private mutating func index(of key: JSONString, in fields: Range<Int>, expected: Int) -> Int? {
    guard key.hasEscapes else { return index(named: reader.bytes(of: key), in: fields, expected: expected) }
    scratch.removeAll(keepingCapacity: true)
    reader.unescape(key, into: &scratch)
    return scratch.withUnsafeBytes { index(named: $0, in: fields, expected: expected) }
  }

  @inline(__always)
  private func index(named name: UnsafeRawBufferPointer, in fields: Range<Int>, expected: Int) -> Int? {
    for index in expected..<fields.upperBound where schema[index].isNamed(name) { return index }
    for index in fields.lowerBound..<expected where schema[index].isNamed(name) { return index }
    return nil
  }

  /// Reads the value of a field and writes the field.
  private mutating func field(_ field: Field) throws(OTLPDecodingError) {
    let kind = try kind()
    if case .null = kind { return try json { reader throws(JSONError) in try reader.null() } }
    guard case .repeated = field.presence else {
      do {
        return try value(field, kind)
      } catch {
        throw error.inside(field.name)
      }
    }
    guard case .array = kind else { throw wrongType("an array").inside(field.name) }
    try json { reader throws(JSONError) in try reader.beginArray() }
    var index = 0
    while try json({ reader throws(JSONError) in try reader.nextElement() }) {
      do {
        try element(field)
      } catch {
        throw error.inside(field.name, index: index)
      }
      index += 1
    }
  }

  /// `null` keeps its place among the values of an array, as a value without a member; elsewhere it is no element.
  private mutating func element(_ field: Field) throws(OTLPDecodingError) {
    let kind = try kind()
    guard case .null = kind else { return try value(field, kind) }
    try json { reader throws(JSONError) in try reader.null() }
    if case .message(.anyValue) = field.type {
      writer.tag(field.number, .lengthDelimited)
      writer.varint(0)
    }
  }

  @inline(__always)
  private mutating func value(_ field: Field, _ kind: JSONKind) throws(OTLPDecodingError) {
    switch field.type {
    case .message(let type): try nested(field.number, type)
    case .string: try string(field.number, kind)
    default: try scalar(field, kind)
    }
  }

  private mutating func nested(_ number: UInt32, _ type: MessageType) throws(OTLPDecodingError) {
    // Deep values are not moved once more for each level around them: their lengths get room for any.
    let room = valueDepth > 4 ? WireWriter.roomForAny : type.lengthRoom
    writer.tag(number, .lengthDelimited)
    let start = writer.begin(room: room)
    if type == .anyValue {
      guard valueDepth < valueDepthMax else { throw OTLPDecodingError(.tooDeep, at: reader.offset) }
      valueDepth += 1
      try message(type)
      valueDepth -= 1
    } else {
      try message(type)
    }
    writer.end(start, room: room)
  }

  private mutating func string(_ number: UInt32, _ kind: JSONKind) throws(OTLPDecodingError) {
    guard case .string = kind else { throw wrongType("a string") }
    let text = try json { reader throws(JSONError) in try reader.string() }
    if !text.hasEscapes { return writer.field(number, reader.bytes(of: text)) }
    writer.tag(number, .lengthDelimited)
    let room = varintSize(UInt64(text.count))
    let start = writer.begin(room: room)
    reader.unescape(text, into: &writer.bytes)
    writer.end(start, room: room)
  }

  @inline(__always)
  mutating func kind() throws(OTLPDecodingError) -> JSONKind {
    do {
      return try reader.peek()
    } catch {
      throw OTLPDecodingError(error)
    }
  }

  @inline(__always)
  mutating func json<Result>(
    _ read: (inout JSONReader) throws(JSONError) -> Result
  ) throws(OTLPDecodingError) -> Result {
    do {
      return try read(&reader)
    } catch {
      throw OTLPDecodingError(error)
    }
  }

  func wrongType(_ expected: String) -> OTLPDecodingError {
    OTLPDecodingError(.wrongJSONType(expected: expected), at: reader.offset)
  }
}

extension Field {
  @inline(__always)
  fileprivate func isNamed(_ key: UnsafeRawBufferPointer) -> Bool { name.isEqual(key) || protoName.isEqual(key) }
}

extension StaticString {
  @inline(__always)
  fileprivate func isEqual(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard utf8CodeUnitCount == bytes.count else { return false }
    for index in 0..<bytes.count where utf8Start[index] != bytes[index] { return false }
    return true
  }
}

extension MessageType {
  /// How many bytes the length of such a message usually takes.
  fileprivate var lengthRoom: Int {
    switch self {
    case .resourceSpans, .scopeSpans, .resourceLogs, .scopeLogs, .resourceMetrics, .scopeMetrics: 3
    case .span, .resource, .logRecord, .metric: 2
    default: 1
    }
  }
}
