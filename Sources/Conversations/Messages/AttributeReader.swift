import JSON
import OTLP

/// Reads values of attributes that lie in a body.
struct AttributeReader {
  let source: TelemetryView
  let attributes: UnsafeBufferPointer<AttributeRef>
  let depthMax: Int

  @inline(__always)
  func value(_ index: Int) -> ValueRef { attributes[index].value }

  @inline(__always)
  func bytes(_ value: ValueRef) -> UnsafeRawBufferPointer { source[value.range] }

  /// A text as it is, anything else as compact JSON.
  func text(_ value: ValueRef) -> String {
    value.kind == .string ? source.text(value.range) : json(value).flatText
  }

  /// The value itself; a text is not parsed.
  func json(_ value: ValueRef) -> JSONValue {
    structured(value, in: source, depthMax: depthMax)
  }

  /// What an attribute holds that may be JSON inside a text. JSON that is malformed, or nested too deep, is a text.
  func whole(_ index: Int, reading: Convention.Reading) -> WholeValue {
    let value = value(index)
    guard value.kind == .string else {
      let json = json(value)
      if json.isNull { return .nothing }
      return json.isNumberOrBool ? .scalar(json.json) : .json(json)
    }
    let bytes = bytes(value)
    guard let first = bytes.first(where: { $0 > 0x20 }) else { return .nothing }
    guard reading == .json, mayBeginJSON(first), let json = parse(bytes) else {
      return .text(String(decoding: bytes, as: UTF8.self))
    }
    return json.isNumberOrBool ? .scalar(String(decoding: bytes, as: UTF8.self)) : unquoted(json)
  }

  /// MLflow and others write a text as JSON, and some a JSON text inside a JSON text.
  private func unquoted(_ json: JSONValue) -> WholeValue {
    guard case .string(let text) = json else { return .json(json) }
    if let inner = parseContainer(text, depthMax: depthMax) { return .json(inner) }
    return text.utf8.contains(where: { $0 > 0x20 }) ? .text(text) : .nothing
  }

  private func parse(_ bytes: UnsafeRawBufferPointer) -> JSONValue? {
    try? JSONValue.parse(bytes, depthMax: depthMax)
  }

  /// Types of parts whose text stands under a name of its own.
  private static let thoughts: Set<String> = ["thinking", "redacted_thinking", "reasoning"]

  /// The elements of a text that is a JSON array of typed content parts; nil for any other text.
  func typedParts(_ value: ValueRef) -> [JSONValue]? {
    guard case .array(let elements)? = parse(bytes(value)), !elements.isEmpty else { return nil }
    let isTyped = elements.allSatisfy { element in
      guard let type = element.one("type")?.string else { return false }
      return type == "text" && element.one("text") != nil || element.text("content", "text") != nil
        || mediaPart(.object([]), type: type) != nil || type.utf8.starts(with: "tool".utf8)
        || Self.thoughts.contains(type)
    }
    return isTyped ? elements : nil
  }
}

/// What an attribute holds.
enum WholeValue {
  case nothing
  case text(String)
  /// A number or a Boolean, as it was sent: JSON, or what somebody typed.
  case scalar(String)
  /// An array, an object or null.
  case json(JSONValue)
}

extension JSONValue {
  fileprivate var isNumberOrBool: Bool {
    switch self {
    case .bool, .int, .uint, .double: true
    default: false
    }
  }
}

@inline(__always)
private func mayBeginJSON(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "n"), UInt8(ascii: "t"),
    UInt8(ascii: "f"),
    UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
    true
  default: false
  }
}
