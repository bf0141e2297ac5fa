import OTLP
import Telemetry

/// A value as text that is equal exactly when the bits are.
func show(_ value: AttributeValue) -> String {
  switch value {
  case .none: "none"
  case .string(let text): "s" + Hex.encode(Array(text.utf8))
  case .bool(let value): "b\(value)"
  case .int(let value): "i\(value)"
  case .double(let value): value.isNaN ? "dnan" : "d\(value.bitPattern)"
  case .array(let values): "[" + values.map(show).joined(separator: ",") + "]"
  case .keyValueList(let entries):
    "{" + entries.map { Hex.encode(Array($0.key.utf8)) + "=" + show($0.value) }.joined(separator: ",") + "}"
  case .bytes(let bytes): "x" + Hex.encode(bytes)
  }
}

func show(_ value: ProtoValue) -> String {
  switch value.value {
  case .stringValue(let text): "s" + Hex.encode(Array(text.utf8))
  case .boolValue(let value): "b\(value)"
  case .intValue(let value): "i\(value)"
  case .doubleValue(let value): value.isNaN ? "dnan" : "d\(value.bitPattern)"
  case .arrayValue(let array): "[" + array.values.map(show).joined(separator: ",") + "]"
  case .kvlistValue(let list): "{" + list.values.map(show).joined(separator: ",") + "}"
  case .bytesValue(let bytes): "x" + Hex.encode(Array(bytes))
  case .stringValueStrindex, nil: "none"
  }
}

func show(_ attribute: ProtoKeyValue) -> String {
  Hex.encode(Array(attribute.key.utf8)) + "=" + (attribute.hasValue ? show(attribute.value) : "none")
}

func show(_ attributes: some Sequence<AttributeRef>, in view: TelemetryView) -> [String] {
  attributes.map {
    Hex.encode(Array(view.text($0.key).utf8)) + "=" + show(AttributeValue($0.value, in: view, depthMax: 100))
  }
}

/// The canonical encodings of a request's spans, in order.
func canonicalSpans(_ telemetry: DecodedTelemetry) throws -> [[UInt8]] {
  try telemetry.withView { view in try view.spans.indices.map { try CanonicalEncoding.span(view.span($0)) } }
}

func canonicalLogs(_ telemetry: DecodedTelemetry) throws -> [[UInt8]] {
  try telemetry.withView { view in try view.logs.indices.map { try CanonicalEncoding.log(view.log($0)) } }
}

func decodeTraces(protobuf body: [UInt8], requestProject: String? = nil) throws -> DecodedTelemetry {
  try .decodeTraces(protobuf: body, requestProject: requestProject, limits: Limits())
}

func decodeTraces(json text: String) throws -> DecodedTelemetry {
  try .decodeTraces(json: Array(text.utf8), requestProject: nil, limits: Limits())
}
