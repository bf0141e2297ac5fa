import JSON
import OTLP
import Telemetry

extension JSONWriter {
  /// An object, keys unchanged and in the order in which they were sent; of equal keys the first, as filters have it.
  mutating func member(
    _ key: String, _ attributes: some Sequence<AttributeRef>, in view: TelemetryView, depthMax: Int
  ) {
    self.key(key)
    beginObject()
    var seen: Set<ExactText> = []
    for attribute in attributes {
      let name = view.text(attribute.key)
      guard seen.insert(ExactText(name)).inserted else { continue }
      self.key(name)
      value(AttributeValue(attribute.value, in: view, depthMax: depthMax))
    }
    endObject()
  }

  /// Integers beyond ±2^53, NaN and the infinities are strings, bytes base64; a value that was left out is null.
  mutating func value(_ value: AttributeValue) {
    switch value {
    case .none: null()
    case .string(let text): string(text)
    case .bool(let value): bool(value)
    case .int(let value): attributeInt(value)
    case .double(let value): double(value)
    case .bytes(let bytes): string(Base64.encode(bytes))
    case .array(let elements):
      beginArray()
      for element in elements { self.value(element) }
      endArray()
    case .keyValueList(let entries):
      beginObject()
      var seen: Set<ExactText> = []
      for entry in entries where seen.insert(ExactText(entry.key)).inserted {
        key(entry.key)
        self.value(entry.value)
      }
      endObject()
    }
  }
}
