import Conversations
import Telemetry

extension Store {
  /// The keys that spans carry, the most frequent first, then by key. Of the question, conditions and page count.
  package func attributes(_ question: ListQuestion) async throws(StoreError) -> AttributePage<AttributeRow> {
    let (conventions, limits) = (configuration.conventions, configuration.limits)
    return try await readers.read("counting attributes") { reader in
      var tally = AttributeTally()
      let newest = try NewestSpans(
        question, TraceSpans(reader: reader, conventions: conventions), max: limits.attributeSpansMax,
        isFull: { tally.count >= limits.attributeEntriesMax },
        { tally.add($0, depthMax: limits.valueDepthMax) })
      let rows = tally.rows.map { CountedRow(row: $0, count: $0.count, id: Array($0.key.utf8)) }
      return AttributePage(
        page: CountedRow.page(rows, question), spansExamined: newest.examined, isComplete: newest.isComplete)
    }
  }

  /// The values that spans have under a key, the most frequent first, then by value. None for a key that no span has.
  package func values(
    of key: AttributeKey, _ question: ListQuestion
  ) async throws(StoreError) -> AttributePage<AttributeValueRow> {
    let (conventions, limits) = (configuration.conventions, configuration.limits)
    return try await readers.read("counting values") { reader in
      var tally = ValueTally(key, limits: limits)
      let newest = try NewestSpans(
        question, TraceSpans(reader: reader, conventions: conventions), max: limits.attributeSpansMax,
        isFull: { tally.count >= limits.attributeEntriesMax },
        { tally.add($0) })
      let rows = tally.rows.map { CountedRow(row: $0.row, count: $0.row.count, id: $0.id) }
      return AttributePage(
        page: CountedRow.page(rows, question), spansExamined: newest.examined, isComplete: newest.isComplete,
        leftOut: tally.leftOut)
    }
  }
}

/// A row with its place in the order: by count, the greatest first, then by ID.
private struct CountedRow<Row: Sendable> {
  let row: Row
  let count: Int64
  let id: [UInt8]

  static func page(_ rows: [CountedRow], _ question: ListQuestion) -> Page<Row> {
    let behind = rows.filter { row in
      guard let cursor = question.cursor, let count = cursor.value else { return true }
      return row.count == count ? cursor.id.lexicographicallyPrecedes(row.id) : row.count < count
    }
    let sorted = behind.sorted { a, b in
      a.count == b.count ? a.id.lexicographicallyPrecedes(b.id) : a.count > b.count
    }
    let shown = sorted.prefix(question.limit)
    return Page(
      rows: shown.map(\.row),
      next: sorted.count > question.limit
        ? shown.last.map { Cursor(sort: question.sort, value: $0.count, id: $0.id) } : nil,
      total: question.wantsTotal ? Int64(rows.count) : nil)
  }
}
