import JSON
import OTLP

/// One pass over the attributes of a span, an event or a log record: which rows of the table are there, and where.
/// Nothing is read before a source's turn comes, and nothing twice.
struct MessageScan {
  /// A whole key: its row of `MessageRow.all` and its place among the attributes.
  private struct Found {
    var row: Int
    var attribute: Int
    var value: WholeValue?
  }

  let attributes: AttributeReader
  private let rows = MessageRowBrief.all
  private var found: [Found] = []
  private var fields: [IndexedField] = []
  /// The sources that are there at all, as bits by their rank.
  private(set) var sources: UInt32 = 0

  init(
    _ attributes: UnsafeBufferPointer<AttributeRef>, in source: TelemetryView, _ conventions: Conventions,
    at place: Convention.Place = .span
  ) {
    self.attributes = AttributeReader(source: source, attributes: attributes, depthMax: conventions.depthMax)
    let names = FieldNames.shared
    for index in attributes.indices {
      let key = source[attributes[index].key]
      guard var row = conventions.row(of: key, at: place) else { continue }
      while true {
        let meaning = conventions.meaning(of: row)
        if meaning.role == .messages { take(Int(meaning.detail), key, index, names) }
        guard let next = conventions.row(after: row) else { break }
        row = next
      }
    }
    if !fields.isEmpty { sortFields() }
  }

  @inline(__always)
  private mutating func take(_ row: Int, _ key: UnsafeRawBufferPointer, _ index: Int, _ names: FieldNames) {
    let brief = rows[row]
    guard brief.prefixCount > 0 else {
      found.append(Found(row: row, attribute: index))
      sources |= 1 << UInt32(brief.source.rawValue)
      return
    }
    let rest = UnsafeRawBufferPointer(rebasing: key[brief.prefixCount...])
    guard let field = IndexedField(rest, row: UInt8(truncatingIfNeeded: row), attribute: index, names: names) else {
      return
    }
    if fields.isEmpty { fields.reserveCapacity(attributes.attributes.count) }
    fields.append(field)
    sources |= 1 << UInt32(brief.source.rawValue)
  }

  /// SDKs send them in order, nearly always.
  private mutating func sortFields() {
    for index in 1..<max(1, fields.count) where IndexedField.precedes(fields[index], fields[index - 1]) {
      fields.sort(by: IndexedField.precedes)
      return
    }
  }

  func has(_ source: MessageSource) -> Bool { sources & 1 << UInt32(source.rawValue) != 0 }

  /// The messages of an indexed family.
  func indexed(_ source: MessageSource, _ part: MessagePart, side: MessageSide) -> [Message] {
    let builder = IndexedMessageBuilder(attributes: attributes, side: side)
    var messages: [Message] = []
    var start = 0
    while start < fields.count {
      let row = Int(fields[start].row)
      var end = start + 1
      while end < fields.count, fields[end].row == fields[start].row { end += 1 }
      if rows[row].source == source, rows[row].part == part { builder.append(fields[start..<end], to: &messages) }
      start = end
    }
    return messages
  }

  /// The values of a source's part, in the order of the table's rows.
  mutating func values(_ source: MessageSource, _ part: MessagePart) -> [WholeValue] {
    var values: [(row: Int, value: WholeValue)] = []
    for index in found.indices where rows[found[index].row].source == source && rows[found[index].row].part == part {
      values.append((found[index].row, value(at: index)))
    }
    if values.count > 1 { values.sort { $0.row < $1.row } }
    return values.map(\.value)
  }

  /// The first value of a source's part as it was sent, without white space at both ends.
  func rawText(_ source: MessageSource, _ part: MessagePart) -> String? {
    let here = found.filter { rows[$0.row].source == source && rows[$0.row].part == part }
    guard let first = here.min(by: { $0.row < $1.row }) else { return nil }
    return WhiteSpace.trimmed(attributes.text(attributes.value(first.attribute)))
  }

  private mutating func value(at index: Int) -> WholeValue {
    if let known = found[index].value { return known }
    let value = attributes.whole(found[index].attribute, reading: rows[found[index].row].reading)
    found[index].value = value
    return value
  }
}
