import Conversations
import JSON
import OTLP
import Telemetry

/// Counts the keys that spans carry.
struct AttributeTally {
  private struct Entry {
    var count: Int64 = 0
    /// Bits by `AttributeType`.
    var types: UInt8 = 0
    /// The number of the span that was counted last: one that repeats a key counts once.
    var lastSpan: Int64 = 0
  }

  private var entries: [AttributeKey: Entry] = [:]
  private var spans: Int64 = 0

  var count: Int { entries.count }

  mutating func add(_ span: OutlinedSpan, depthMax: Int) {
    spans += 1
    let view = span.view.source
    for attribute in span.view.attributes { add(attribute, .span, in: view) }
    for attribute in span.view.resourceAttributes { add(attribute, .resource, in: view) }
    guard let metadata = span.facts.ownMetadata, let json = try? JSONValue.parse(metadata, depthMax: depthMax) else {
      return
    }
    MetadataLeaves.forEach(in: json) { name, value in
      add(AttributeKey(scope: .metadata, name: name), AttributeType(value))
    }
  }

  private mutating func add(_ attribute: AttributeRef, _ scope: AttributeScope, in view: TelemetryView) {
    add(AttributeKey(scope: scope, name: view.text(attribute.key)), AttributeType(attribute.value.kind))
  }

  private mutating func add(_ key: AttributeKey, _ type: AttributeType) {
    let span = spans
    let bit: UInt8 = 1 << type.rawValue
    func note(_ entry: inout Entry) {
      entry.types |= bit
      if entry.lastSpan != span {
        entry.lastSpan = span
        entry.count += 1
      }
    }
    note(&entries[key, default: Entry()])
  }

  var rows: [AttributeRow] {
    entries.map { key, entry in
      AttributeRow(
        scope: key.scope, key: key.text, field: key.field,
        types: AttributeType.allCases.filter { entry.types & 1 << $0.rawValue != 0 }, count: entry.count)
    }
  }
}

/// The members of a span's metadata that hold no members of their own, each under the names on the way to it. As deep as
/// the JSON, which was read with a bound on its depth.
enum MetadataLeaves {
  static func forEach(in value: JSONValue, under path: String = "", _ use: (String, JSONValue) -> Void) {
    guard case .object(let members) = value, !(members.isEmpty && !path.isEmpty) else {
      if !path.isEmpty { use(path, value) }
      return
    }
    for member in members { forEach(in: member.value, under: path.isEmpty ? member.key : path + "." + member.key, use) }
  }
}

extension AttributeType {
  init(_ kind: ValueKind) {
    switch kind {
    case .none: self = .null
    case .string: self = .string
    case .bool: self = .bool
    case .int: self = .int
    case .double: self = .double
    case .array: self = .array
    case .keyValueList: self = .object
    case .bytes: self = .bytes
    }
  }

  init(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .string: self = .string
    case .bool: self = .bool
    case .int, .uint: self = .int
    case .double: self = .double
    case .array: self = .array
    case .object: self = .object
    }
  }
}
