import Filters
import HummingbirdCore
import Store

/// `GET /api/v1/spans`: LLM Tracing's view of spans, the latest end first unless `sort` says otherwise; ties by trace ID,
/// then span ID. The parameters of the lists: times, `status`, `model`, `tag`, `service`, `min_duration_ms` and
/// `min_tokens` are those of the span itself; project, session, user and bookmark those of its trace and session. `q`
/// finds the spans one of whose messages, histories included, holds the words; `filter` is one of spans.
func listSpans(_ exchange: Exchange) async throws(Failure) -> Response {
  let sorts = Sort.Key.allCases.filter { $0 != .traceCount }
  return try await exchange.list(.spans, .spans, sorts: sorts) { store, question throws(StoreError) in
    try await store.spans(question)
  } write: { json, row in
    json.row(row)
  }
}
