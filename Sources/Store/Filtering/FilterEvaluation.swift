import Conversations
import Filters
import JSON
import OTLP
import Telemetry

/// Answers conditions on the spans of one trace. Confined to the closure that pins the telemetry.
///
/// `open` says that a value was left out of the outline: the payload tells.
struct FilterEvaluation {
  private let view: TelemetryView
  private let conventions: Conventions
  /// Whether an attribute, by its place among the span's, was left out.
  private let isCut: (_ attribute: Int, _ span: Int) -> Bool
  /// The metadata read last: the spans of a trace mostly carry the same.
  private var lastText = ExactText("")
  private var lastObject: JSONValue?

  init(_ view: TelemetryView, _ conventions: Conventions, isCut: @escaping (_ attribute: Int, _ span: Int) -> Bool) {
    self.view = view
    self.conventions = conventions
    self.isCut = isCut
  }

  mutating func verdict(_ field: SpanField, _ test: FilterTest, ofSpan index: Int) -> FilterVerdict {
    let span = view.span(index)
    let isCut = isCut
    switch field.place {
    case .attributes: return verdict(field, test, span.attributes) { isCut($0, index) }
    case .resource: return verdict(field, test, span.resourceAttributes) { _ in false }
    case .metadata: return metadata(field, test, span) { isCut($0, index) }
    }
  }

  /// Of several attributes of one key the first counts.
  private func verdict(
    _ field: SpanField, _ test: FilterTest, _ attributes: UnsafeBufferPointer<AttributeRef>, isCut: (Int) -> Bool
  ) -> FilterVerdict {
    for key in field.keys {
      guard let place = attributes.firstIndex(where: { matches($0.key, key.utf8) }) else { continue }
      if isCut(place) { return key.rest.isEmpty && test.relation == .present ? .yes : .open }
      return test.accepts(attributes[place].value, below: key.rest, in: view) ? .yes : .no
    }
    return .no
  }

  private func matches(_ key: ByteRange, _ wanted: [UInt8]) -> Bool {
    Int(key.count) == wanted.count && view[key].elementsEqual(wanted)
  }

  private mutating func metadata(
    _ field: SpanField, _ test: FilterTest, _ span: SpanView, isCut: (Int) -> Bool
  ) -> FilterVerdict {
    let metadata = SpanMetadata(span, conventions, isCut: isCut)
    if metadata.isCut { return .open }
    let objects = metadata.texts.filter { mayHold($0, field) }.compactMap { object($0) }
    for key in field.keys {
      guard let value = objects.lazy.compactMap({ $0[key.text.text] }).first else { continue }
      return test.accepts(value, below: key.rest) ? .yes : .no
    }
    return .no
  }

  /// Every key that is meant begins with the shortest; with an escape in it, it may be written in other ways.
  private func mayHold(_ text: String, _ field: SpanField) -> Bool {
    guard let shortest = field.keys.last else { return false }
    return FilterTest(.has, .text(shortest.text)).accepts(text) || text.utf8.contains(UInt8(ascii: "\\"))
  }

  private mutating func object(_ text: String) -> JSONValue? {
    let exact = ExactText(text)
    if exact != lastText {
      lastText = exact
      lastObject = try? JSONValue.parse(text, depthMax: conventions.depthMax)
    }
    return lastObject
  }
}

extension FilterTest {
  /// What an attribute says: its value, or what lies below it in maps.
  func accepts(_ value: ValueRef, below path: ArraySlice<ExactText>, in view: TelemetryView) -> Bool {
    if !path.isEmpty {
      for key in SpanField.keys(path) {
        let entry = KeyValueEntries(value, in: view).first { view[$0.key].elementsEqual(key.utf8) }
        if let entry { return accepts(entry.value, below: key.rest, in: view) }
      }
      return false
    }
    switch value.kind {
    case .none: return false
    case .string: return accepts(utf8: view[value.range])
    case .bool: return accepts(value.bits != 0)
    case .int: return accepts(.int(Int64(bitPattern: value.bits)))
    case .double: return accepts(.double(Double(bitPattern: value.bits)))
    case .bytes: return relation == .present
    case .array:
      var elements = ArrayElements(value, in: view)
      if relation == .present { return elements.next() != nil }
      return relation == .has && elements.contains { $0.isScalar && asElement.accepts($0, below: [], in: view) }
    case .keyValueList:
      var entries = KeyValueEntries(value, in: view)
      if relation == .present { return entries.next() != nil }
      return relation == .has && entries.contains { asElement.accepts(utf8: view[$0.key]) }
    }
  }

  /// What a member of metadata says, alike.
  func accepts(_ value: JSONValue, below path: ArraySlice<ExactText>) -> Bool {
    if !path.isEmpty {
      for key in SpanField.keys(path) {
        if let member = value[key.text.text] { return accepts(member, below: key.rest) }
      }
      return false
    }
    switch value {
    case .null: return false
    case .string(let text): return accepts(text)
    case .bool(let flag): return accepts(flag)
    case .int(let number): return accepts(.int(number))
    case .uint(let number): return accepts(.uint(number))
    case .double(let number): return accepts(.double(number))
    case .array(let elements):
      if relation == .present { return !elements.isEmpty }
      return relation == .has && elements.contains { $0.isScalar && asElement.accepts($0, below: []) }
    case .object(let members):
      if relation == .present { return !members.isEmpty }
      return relation == .has && members.contains { asElement.accepts($0.key) }
    }
  }
}

extension ValueRef {
  fileprivate var isScalar: Bool { kind != .array && kind != .keyValueList }
}

extension JSONValue {
  fileprivate var isScalar: Bool { array == nil && object == nil }
}
