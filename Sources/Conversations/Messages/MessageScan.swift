import JSON
import OTLP

/// An attribute that holds messages: its row of `MessageRow.all`, and its place among the attributes.
struct MessageAttribute: Sendable {
  var row: UInt16
  var attribute: Int32

  init(row: UInt16, index: Int) {
    self.row = row
    attribute = Int32(truncatingIfNeeded: index)
  }
}

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
  private let names = FieldNames.shared
  private var found: [Found] = []
  private var fields: [IndexedField] = []
  /// The sources that are there at all, as bits by their rank.
  private(set) var sources: UInt32 = 0

  init(
    _ attributes: UnsafeBufferPointer<AttributeRef>, in source: TelemetryView, _ conventions: Conventions,
    at place: Convention.Place = .span
  ) {
    self.attributes = AttributeReader(source: source, attributes: attributes, depthMax: conventions.depthMax)
    for index in attributes.indices {
      let key = source[attributes[index].key]
      guard var row = conventions.row(of: key, at: place) else { continue }
      while true {
        let meaning = conventions.meaning(of: row)
        if meaning.role == .messages { take(Int(meaning.detail), key, index) }
        guard let next = conventions.row(after: row) else { break }
        row = next
      }
    }
    if !fields.isEmpty { sortFields() }
  }

  /// Of a span whose keys were looked up before.
  init(_ span: SpanView, _ messages: [MessageAttribute], _ conventions: Conventions) {
    attributes = AttributeReader(
      source: span.source, attributes: span.attributes, depthMax: conventions.depthMax)
    for message in messages {
      let index = Int(message.attribute)
      take(Int(message.row), span.source[attributes.attributes[index].key], index)
    }
    if !fields.isEmpty { sortFields() }
  }

  @inline(__always)
  private mutating func take(_ row: Int, _ key: UnsafeRawBufferPointer, _ index: Int) {
    let brief = rows[row]
    guard brief.prefixCount > 0 else {
      if found.isEmpty { found.reserveCapacity(4) }
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
    // Nearly always there is one, or none: neither is worth a list to sort.
    guard let first = found.indices.first(where: { holds($0, source, part) }) else { return [] }
    guard found[(first + 1)...].indices.contains(where: { holds($0, source, part) }) else { return [value(at: first)] }
    let all = found.indices.filter { holds($0, source, part) }.sorted { found[$0].row < found[$1].row }
    return all.map { value(at: $0) }
  }

  private func holds(_ index: Int, _ source: MessageSource, _ part: MessagePart) -> Bool {
    let row = rows[found[index].row]
    return row.source == source && row.part == part
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
