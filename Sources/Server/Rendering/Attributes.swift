import JSON
import OTLP
import Telemetry

extension JSONWriter {
  /// An object, keys unchanged and in the order in which they were sent.
  mutating func member(
    _ key: String, _ attributes: some Sequence<AttributeRef>, in view: TelemetryView, depthMax: Int
  ) {
    self.key(key)
    beginObject()
    for attribute in attributes {
      self.key(view.text(attribute.key))
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
      for entry in entries {
        key(entry.key)
        self.value(entry.value)
      }
      endObject()
    }
  }
}
