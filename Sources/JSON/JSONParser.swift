extension JSONValue {
  /// Reads one value, with nothing but white space around it. `depthMax` bounds the arrays and objects around a value;
  /// it is kept below 512, since reading is recursive. A byte order mark in front is skipped, a lone surrogate and
  /// invalid UTF-8 become U+FFFD. Source: RFC 8259.
  package static func parse(_ bytes: UnsafeRawBufferPointer, depthMax: Int = 100) throws(JSONError) -> JSONValue {
    var reader = JSONReader(bytes, depthMax: min(depthMax, 512))
    var scratch: [UInt8] = []
    let value = try reader.value(&scratch)
    try reader.finish()
    return value
  }

  package static func parse(_ text: String, depthMax: Int = 100) throws(JSONError) -> JSONValue {
    var text = text
    let result = text.withUTF8 { utf8 -> Result<JSONValue, JSONError> in
      do throws(JSONError) {
        return .success(try parse(UnsafeRawBufferPointer(utf8), depthMax: depthMax))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

extension JSONReader {
  /// Reads the value that follows, whole. `scratch` is used for strings with escapes and left in any state.
  package mutating func value(_ scratch: inout [UInt8]) throws(JSONError) -> JSONValue {
    switch try peek() {
    case .null:
      try null()
      return .null
    case .bool: return .bool(try bool())
    case .number:
      switch try number() {
      case .int(let value): return .int(value)
      case .uint(let value): return .uint(value)
      case .double(let value): return .double(value)
      }
    case .string: return .string(text(try string(), &scratch))
    case .array:
      var elements: [JSONValue] = []
      try beginArray()
      while try nextElement() { elements.append(try value(&scratch)) }
      return .array(elements)
    case .object:
      var members: [(key: String, value: JSONValue)] = []
      try beginObject()
      while let key = try nextKey() {
        let key = text(key, &scratch)
        members.append((key, try value(&scratch)))
      }
      return .object(members)
    }
  }

  /// The characters of a string token; invalid UTF-8 is repaired with U+FFFD.
  package func text(_ string: JSONString, _ scratch: inout [UInt8]) -> String {
    if !string.hasEscapes { return String(decoding: bytes(of: string), as: UTF8.self) }
    scratch.removeAll(keepingCapacity: true)
    unescape(string, into: &scratch)
    return String(decoding: scratch, as: UTF8.self)
  }
}
