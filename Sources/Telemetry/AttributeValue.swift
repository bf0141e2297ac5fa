/// OTLP's AnyValue, whole and owned. Equal when the bits are: a NaN equals itself.
package indirect enum AttributeValue: Sendable {
  case none
  case string(String)
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case array([AttributeValue])
  case keyValueList([(key: String, value: AttributeValue)])
  case bytes([UInt8])
}
