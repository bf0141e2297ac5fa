import JSON
import Store
import Telemetry

extension JSONWriter {
  mutating func row(_ row: AttributeRow) {
    beginObject()
    member("key", row.key)
    member("field", row.field)
    member("scope", row.scope.rawValue)
    member("types", row.types.map(\.text))
    member("count", row.count)
    endObject()
  }

  mutating func row(_ row: AttributeValueRow) {
    beginObject()
    key("value")
    switch row.value {
    case .string(let text): value(.string(text))
    case .bool(let flag): value(.bool(flag))
    case .int(let number): value(.int(number))
    case .double(let number): value(.double(number))
    }
    member("type", row.value.type.text)
    member("count", row.count)
    endObject()
  }
}

extension AttributeScalar {
  fileprivate var type: AttributeType {
    switch self {
    case .string: .string
    case .bool: .bool
    case .int: .int
    case .double: .double
    }
  }
}

extension AttributeType {
  fileprivate var text: String {
    switch self {
    case .string: "string"
    case .bool: "bool"
    case .int: "int"
    case .double: "double"
    case .array: "array"
    case .object: "object"
    case .bytes: "bytes"
    case .null: "null"
    }
  }
}
