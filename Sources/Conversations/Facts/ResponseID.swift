import JSON
import OTLP

/// The ID that a provider gave its response.
enum ResponseID {
  /// The fingerprint of the ID under its own key, else of a completion object's in the output.
  static func fingerprint(
    _ named: ValueRef?, _ response: ValueRef?, in view: TelemetryView, depthMax: Int
  ) -> UInt64? {
    if let named {
      let id = WhiteSpace.trimmed(view[named.range])
      if !id.isEmpty { return Fingerprint.of(id) }
    }
    guard let response, response.kind == .string else { return nil }
    return completionID(WhiteSpace.trimmed(view[response.range]), depthMax: depthMax).map { Fingerprint.of($0) }
  }

  /// The `id` of a completion object: OpenAI's have `choices` or an `object` that says so, Anthropic's `type: message`.
  private static func completionID(_ text: UnsafeRawBufferPointer, depthMax: Int) -> String? {
    guard text.first == UInt8(ascii: "{") else { return nil }
    do throws(JSONError) { return try readID(text, depthMax: depthMax) } catch { return nil }
  }

  private static func readID(_ text: UnsafeRawBufferPointer, depthMax: Int) throws(JSONError) -> String? {
    var reader = JSONReader(text, depthMax: depthMax)
    var scratch: [UInt8] = []
    var id: String?
    var isCompletion = false
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch reader.text(key, &scratch) {
      case "id": id = try string(&reader, &scratch)
      case "choices":
        isCompletion = true
        try reader.skip()
      case "object", "type":
        if let word = try string(&reader, &scratch), objects.contains(word) { isCompletion = true }
      default: try reader.skip()
      }
    }
    try reader.finish()
    guard isCompletion, let id, !id.isEmpty else { return nil }
    return id
  }

  /// The string that follows; nil for another value, which is passed over.
  private static func string(_ reader: inout JSONReader, _ scratch: inout [UInt8]) throws(JSONError) -> String? {
    if try reader.peek() == .string { return reader.text(try reader.string(), &scratch) }
    try reader.skip()
    return nil
  }

  private static let objects = ["chat.completion", "text_completion", "response", "message"]
}
