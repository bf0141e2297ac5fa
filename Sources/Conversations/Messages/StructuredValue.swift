import JSON
import OTLP

/// An AnyValue as the JSON that it means. Bytes are read as text; what is nested deeper than `depthMax` levels is null.
func structured(_ value: ValueRef, in view: TelemetryView, depthMax: Int) -> JSONValue {
  switch value.kind {
  case .none: return .null
  case .string, .bytes: return .string(view.text(value.range))
  case .bool: return .bool(value.bits != 0)
  case .int: return .int(Int64(bitPattern: value.bits))
  case .double: return .double(Double(bitPattern: value.bits))
  case .array:
    guard depthMax > 0 else { return .null }
    return .array(ArrayElements(value, in: view).map { structured($0, in: view, depthMax: depthMax - 1) })
  case .keyValueList:
    guard depthMax > 0 else { return .null }
    return .object(
      KeyValueEntries(value, in: view).map {
        (key: view.text($0.key), value: structured($0.value, in: view, depthMax: depthMax - 1))
      })
  }
}
