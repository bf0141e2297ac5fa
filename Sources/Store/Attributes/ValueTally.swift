import Conversations
import JSON
import OTLP
import Telemetry

/// Counts the values that spans have under one key. An array counts for each of its elements; one whose bytes are too
/// many is left out like a long text.
struct ValueTally {
  private let key: AttributeKey
  private let nameUTF8: [UInt8]
  private let limits: Limits
  private var counts: [Scalar: Int64] = [:]
  private(set) var leftOut: Int64 = 0

  init(_ key: AttributeKey, limits: Limits) {
    self.key = key
    self.limits = limits
    nameUTF8 = Array(key.name.text.utf8)
  }

  var count: Int { counts.count }

  mutating func add(_ span: OutlinedSpan) {
    var found = Found(bytesMax: limits.attributeValueBytesMax)
    let view = span.view
    switch key.scope {
    case .span: read(view.attributes, in: view.source, &found) { span.isCut(attribute: $0) }
    case .resource: read(view.resourceAttributes, in: view.source, &found) { _ in false }
    case .metadata: readMetadata(span.facts, &found)
    }
    for value in found.values { counts[value, default: 0] += 1 }
    if found.leavesOut { leftOut += 1 }
  }

  /// By count, the greatest first, then by the order of values.
  var rows: [(row: AttributeValueRow, id: [UInt8])] {
    counts.map { (AttributeValueRow(value: $0.key.value, count: $0.value), $0.key.id) }
  }

  private func read(
    _ attributes: UnsafeBufferPointer<AttributeRef>, in view: TelemetryView, _ found: inout Found,
    isCut: (Int) -> Bool
  ) {
    for (place, attribute) in attributes.enumerated() where view[attribute.key].elementsEqual(nameUTF8) {
      // Long by its own size first: whether an outline or the payload was read must not show.
      if Int(attribute.value.range.count) > limits.attributeValueBytesMax || isCut(place) {
        found.leaveOut()
        continue
      }
      found.take(attribute.value, in: view)
      for element in ArrayElements(attribute.value, in: view) { found.take(element, in: view) }
    }
  }

  private func readMetadata(_ facts: SpanFacts, _ found: inout Found) {
    guard let metadata = facts.ownMetadata,
      let json = try? JSONValue.parse(metadata, depthMax: limits.valueDepthMax)
    else { return }
    MetadataLeaves.forEach(in: json) { name, value in
      guard name.utf8.elementsEqual(nameUTF8) else { return }
      found.take(value)
      for element in value.array ?? [] { found.take(element) }
    }
  }
}

/// The different values of one span.
private struct Found {
  let bytesMax: Int
  private(set) var values: Set<Scalar> = []
  private(set) var leavesOut = false

  init(bytesMax: Int) { self.bytesMax = bytesMax }

  mutating func leaveOut() { leavesOut = true }

  mutating func take(_ value: ValueRef, in view: TelemetryView) {
    switch value.kind {
    case .string: take(view.text(value.range))
    case .bool: values.insert(Scalar(.bool(value.bits != 0)))
    case .int: values.insert(Scalar(.int(Int64(bitPattern: value.bits))))
    case .double: values.insert(Scalar(.double(Double(bitPattern: value.bits))))
    case .array: break
    case .none, .keyValueList, .bytes: leavesOut = true
    }
  }

  mutating func take(_ value: JSONValue) {
    switch value {
    case .string(let text): take(text)
    case .bool(let value): values.insert(Scalar(.bool(value)))
    case .int(let value): values.insert(Scalar(.int(value)))
    case .uint(let value): values.insert(Scalar(.double(Double(value))))
    case .double(let value): values.insert(Scalar(.double(value)))
    case .array: break
    case .null, .object: leavesOut = true
    }
  }

  private mutating func take(_ text: String) {
    if text.utf8.count > bytesMax { leavesOut = true } else { values.insert(Scalar(.string(text))) }
  }
}

/// A value as what it is counted under: its type and its bits.
private struct Scalar: Hashable {
  let value: AttributeScalar
  /// Orders values: by type, then text by its bytes and numbers by their size.
  let id: [UInt8]

  init(_ value: AttributeScalar) {
    self.value = value
    id =
      switch value {
      case .string(let text): [0] + Array(text.utf8)
      case .bool(let value): [1, value ? 1 : 0]
      case .int(let value): [2] + Self.bigEndian(UInt64(bitPattern: value) ^ 1 << 63)
      case .double(let value): [3] + Self.bigEndian(Self.ordered(value))
      }
  }

  static func == (a: Scalar, b: Scalar) -> Bool { a.id == b.id }

  func hash(into hasher: inout Hasher) { hasher.combine(id) }

  private static func bigEndian(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
  }

  /// Bits whose unsigned order is that of the numbers. Source: IEEE 754-2019, totalOrder.
  private static func ordered(_ value: Double) -> UInt64 {
    value.sign == .minus ? ~value.bitPattern : value.bitPattern | 1 << 63
  }
}
