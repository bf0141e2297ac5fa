package import JSON
package import OTLP

/// Names of sessions, users and projects, normalised: trimmed, unquoted where the text is itself a quoted JSON string
/// (MLflow), integers as decimal text, U+0000 replaced by U+FFFD. An empty name, and what a scrubber left, names nothing.
package enum Identifier {
  /// What a scrubber puts in place of a value.
  private static let scrubbed = ["__REDACTED__", "<REDACTED>"]
  private static let scrubbedPrefix = "[Scrubbed due to"

  /// The identifier in an attribute's value: a text, or an integer as decimal text; nil for any other, and for a text
  /// that names nothing.
  package static func read(_ value: ValueRef, in view: TelemetryView) -> String? {
    switch value.kind {
    case .string: normalised(view[value.range])
    case .int: String(Int64(bitPattern: value.bits))
    case .double: Int64(exactly: Double(bitPattern: value.bits)).map { String($0) }
    case .none, .bool, .array, .keyValueList, .bytes: nil
    }
  }

  package static func read(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): normalised(text)
    case .int, .uint, .double: value.int64.map { String($0) }
    case .null, .bool, .array, .object: nil
    }
  }

  package static func normalised(_ text: String) -> String? {
    var text = text
    return text.withUTF8 { normalised(UnsafeRawBufferPointer($0)) }
  }

  private static func normalised(_ whole: UnsafeRawBufferPointer) -> String? {
    let bytes = WhiteSpace.trimmed(whole)
    guard let first = bytes.first else { return nil }
    if first == UInt8(ascii: "\""), bytes.count > 1, let inner = (try? JSONValue.parse(bytes, depthMax: 1))?.string {
      return accepted(WhiteSpace.trimmed(inner))
    }
    return accepted(String(decoding: bytes, as: UTF8.self))
  }

  /// A loop over the bytes: `utf8.contains` takes ten times as long, and every span has a handful of names.
  private static func holdsZero(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { utf8 in
      for byte in utf8 where byte == 0 { return true }
      return false
    }
  }

  private static func accepted(_ text: String) -> String? {
    let utf8 = text.utf8
    guard let first = utf8.first else { return nil }
    switch first {
    case UInt8(ascii: "["): if utf8.starts(with: scrubbedPrefix.utf8) { return nil }
    case UInt8(ascii: "_"), UInt8(ascii: "<"):
      if scrubbed.contains(where: { $0.utf8.elementsEqual(utf8) }) { return nil }
    default: break
    }
    if !holdsZero(text) { return text }
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })
    return String(scalars)
  }
}
