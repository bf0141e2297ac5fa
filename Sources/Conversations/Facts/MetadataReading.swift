import JSON
import OTLP

/// The metadata of one span.
enum MetadataReading {
  /// Texts of JSON objects, in the order in which their members win: the value of `metadata` as it stands, then the
  /// members of the prefix families in the order of the attributes.
  static func texts(
    _ metadata: AttributeRef?, _ members: [RankedAttribute], in view: TelemetryView, _ conventions: Conventions
  ) -> [String] {
    var texts: [String] = []
    if let metadata, let text = object(metadata.value, in: view, conventions) { texts.append(text) }
    if !members.isEmpty { texts.append(family(members, in: view, conventions)) }
    return texts
  }

  /// A text that begins like an object is taken unread: the trace's summary reads the few texts that differ.
  private static func object(_ value: ValueRef, in view: TelemetryView, _ conventions: Conventions) -> String? {
    if value.kind == .string {
      let bytes = WhiteSpace.trimmed(view[value.range])
      return bytes.count > 2 && bytes.first == UInt8(ascii: "{") ? String(decoding: bytes, as: UTF8.self) : nil
    }
    guard case .object? = TextReading.json(value, in: view, depthMax: conventions.depthMax) else { return nil }
    return TextReading.json(value, in: view, depthMax: conventions.depthMax)?.json
  }

  private static func family(
    _ members: [RankedAttribute], in view: TelemetryView, _ conventions: Conventions
  ) -> String {
    var writer = JSONWriter(capacity: 256)
    writer.beginObject()
    for member in members {
      guard case .family(let prefix, _) = conventions[member.row].pattern else { continue }
      let key = view[member.ref.key].dropFirst(prefix.utf8.count)
      writer.key(String(decoding: key, as: UTF8.self))
      writer.write(value(member.ref.value, conventions.meaning(of: member.row).reading, in: view, conventions))
    }
    writer.endObject()
    return writer.text
  }

  private static func value(
    _ value: ValueRef, _ reading: Convention.Reading, in view: TelemetryView, _ conventions: Conventions
  ) -> JSONValue {
    if value.kind == .string {
      if reading == .json, let json = TextReading.json(value, in: view, depthMax: conventions.depthMax) { return json }
      return .string(view.text(value.range))
    }
    return TextReading.json(value, in: view, depthMax: conventions.depthMax) ?? .null
  }
}

/// Sessions and users that stand under bare names in the JSON of `metadata`.
enum MetadataIdentity {
  static func candidate(_ role: Convention.Role, in texts: [String], _ conventions: Conventions) -> Candidate? {
    for text in texts where mayNameSomeone(text) {
      guard let object = try? JSONValue.parse(text, depthMax: conventions.depthMax) else { continue }
      for member in conventions.members where member.role == role {
        if let value = object[member.name].flatMap({ Identifier.read($0) }) {
          return Candidate(row: member.row, value: value, conventions)
        }
      }
    }
    return nil
  }

  /// All of the names end in `_id` or `Id`: a text without those is not parsed.
  private static func mayNameSomeone(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      guard bytes.count > 6 else { return false }
      for at in 3..<bytes.count where bytes[at] == UInt8(ascii: "\"") && bytes[at - 1] == UInt8(ascii: "d") {
        if bytes[at - 2] == UInt8(ascii: "I") { return true }
        if bytes[at - 2] == UInt8(ascii: "i"), bytes[at - 3] == UInt8(ascii: "_") { return true }
      }
      return false
    }
  }
}
