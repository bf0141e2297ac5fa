import Conversations
import Telemetry

extension Store {
  /// Spans by their end, the latest first, unless `sort` says otherwise; ties by trace ID, then span ID.
  package func spans(_ question: ListQuestion) async throws(StoreError) -> Page<SpanRow> {
    let conventions = configuration.conventions
    return try await readers.read("listing spans") { reader in
      let spans = TraceSpans(reader: reader, conventions: conventions)
      let ranks = try SpanRanking.first(question.limit + 1, of: question, spans)
      let shown = ranks.prefix(question.limit)
      let rows = try SpanRowReader.rows(of: shown, spans)
      return Page(
        rows: rows, next: ranks.count > question.limit ? shown.last?.cursor(question.sort) : nil,
        total: question.wantsTotal ? try SpanCount.count(question, spans) : nil)
    }
  }
}
