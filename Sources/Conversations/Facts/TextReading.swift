import JSON
import OTLP

/// Texts and JSON out of attribute values.
enum TextReading {
  /// A trimmed text that is not empty; one that is itself a quoted JSON string is unquoted (MLflow).
  static func text(_ value: ValueRef?, in view: TelemetryView) -> String? {
    guard let value, value.kind == .string else { return nil }
    let bytes = WhiteSpace.trimmed(view[value.range])
    guard let first = bytes.first else { return nil }
    if first == UInt8(ascii: "\""), let inner = (try? JSONValue.parse(bytes, depthMax: 1))?.string {
      let text = WhiteSpace.trimmed(inner)
      return text.isEmpty ? nil : text
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The JSON that a text holds, or the value itself where it is structured; nil for a text that is no JSON.
  static func json(_ value: ValueRef, in view: TelemetryView, depthMax: Int) -> JSONValue? {
    if value.kind == .string { return try? JSONValue.parse(view[value.range], depthMax: depthMax) }
    return value.kind == .none ? nil : structured(value, in: view, depthMax: depthMax)
  }

  /// A list of texts: an array, a JSON array in a text, or a text of commas. Trimmed, without empty ones.
  static func list(_ value: ValueRef, in view: TelemetryView, depthMax: Int) -> [String] {
    if value.kind == .string {
      let bytes = WhiteSpace.trimmed(view[value.range])
      if bytes.first == UInt8(ascii: "["), let array = json(value, in: view, depthMax: depthMax)?.array {
        return texts(array)
      }
      return bytes.split(separator: UInt8(ascii: ",")).compactMap { item in
        let text = WhiteSpace.trimmed(String(decoding: item, as: UTF8.self))
        return text.isEmpty ? nil : text
      }
    }
    guard value.kind == .array else { return [] }
    var list: [String] = []
    list.reserveCapacity(4)
    for element in ArrayElements(value, in: view) {
      if element.kind == .string {
        let bytes = WhiteSpace.trimmed(view[element.range])
        if !bytes.isEmpty { list.append(String(decoding: bytes, as: UTF8.self)) }
      } else {
        list += texts([structured(element, in: view, depthMax: depthMax)])
      }
    }
    return list
  }

  private static func texts(_ array: [JSONValue]) -> [String] {
    array.compactMap { element in
      let text = WhiteSpace.trimmed(element.string ?? (element.isNull ? "" : element.json))
      return text.isEmpty ? nil : text
    }
  }
}
