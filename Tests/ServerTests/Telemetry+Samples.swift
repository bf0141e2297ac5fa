import JSON

/// Export requests for tests.
enum Sample {
  static let traceID = "0af7651916cd43dd8448eb211c80319c"
  static let spanID = "b7ad6b7169203331"

  /// One span in OTLP/JSON.
  static func json(
    traceID: String = traceID, spanID: String = spanID, attributes: [(String, String)] = [("session.id", "s")],
    start: UInt64 = 1_700_000_000_000_000_000
  ) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.key("resourceSpans")
    json.raw("[{\"scopeSpans\":[{\"spans\":[")
    var span = JSONWriter()
    span.beginObject()
    for (key, value) in [
      ("traceId", traceID), ("spanId", spanID), ("name", "chat"), ("startTimeUnixNano", String(start)),
      ("endTimeUnixNano", String(start + 1_500_000)),
    ] {
      span.key(key)
      span.string(value)
    }
    span.key("attributes")
    span.beginArray()
    for (key, value) in attributes {
      span.beginObject()
      span.key("key")
      span.string(key)
      span.key("value")
      span.beginObject()
      span.key("stringValue")
      span.string(value)
      span.endObject()
      span.endObject()
    }
    span.endArray()
    span.endObject()
    return json.bytes + span.bytes + Array("]}]}]}".utf8)
  }

  /// One span in protobuf: trace ID, span ID, name.
  static let protobuf: [UInt8] = {
    let span =
      [0x0A, 16] + (1...16).map { UInt8($0) } + [0x12, 8] + (1...8).map { UInt8($0) } + [0x2A, 4] + Array("chat".utf8)
    let scope = [0x12, UInt8(span.count)] + span
    let resource = [0x12, UInt8(scope.count)] + scope
    return [0x0A, UInt8(resource.count)] + resource
  }()
}
