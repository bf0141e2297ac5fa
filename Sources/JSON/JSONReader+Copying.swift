extension JSONReader {
  /// Passes over the value that follows, and writes it as `JSONWriter.write` writes what `value` reads, without the tree
  /// in between. The text must be valid UTF-8, as a `String`'s is: nothing is repaired. `scratch` is used for strings
  /// with escapes and left in any state.
  package mutating func copy(to writer: inout JSONWriter, _ scratch: inout [UInt8]) throws(JSONError) {
    switch try peek() {
    case .null:
      try null()
      writer.null()
    case .bool: writer.bool(try bool())
    case .number:
      switch try number() {
      case .int(let value): writer.int(value)
      case .uint(let value): writer.uint(value)
      case .double(let value): writer.double(value)
      }
    case .string: write(try string(), to: &writer, &scratch)
    case .array:
      try beginArray()
      writer.beginArray()
      while try nextElement() { try copy(to: &writer, &scratch) }
      writer.endArray()
    case .object:
      try beginObject()
      writer.beginObject()
      while let key = try nextKey() {
        write(key, to: &writer, &scratch, isKey: true)
        try copy(to: &writer, &scratch)
      }
      writer.endObject()
    }
  }

  private func write(
    _ string: JSONString, to writer: inout JSONWriter, _ scratch: inout [UInt8], isKey: Bool = false
  ) {
    if !string.hasEscapes { return writer.write(validUTF8: bytes(of: string), isKey: isKey) }
    scratch.removeAll(keepingCapacity: true)
    unescape(string, into: &scratch)
    scratch.withUnsafeBytes { writer.write(validUTF8: $0, isKey: isKey) }
  }
}
