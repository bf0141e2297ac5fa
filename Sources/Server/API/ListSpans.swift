import Filters
import HummingbirdCore
import JSON
import Store

/// `GET /api/v1/spans`: LLM Tracing's view of spans, the latest end first unless `sort` says otherwise; ties by trace ID,
/// then span ID. The parameters of the lists: times, `status`, `model`, `tag`, `service`, `min_duration_ms` and
/// `min_tokens` are those of the span itself; project, session, user and bookmark those of its trace and session. `q`
/// finds the spans one of whose messages, histories included, holds the words; `filter` is one of spans.
func listSpans(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  let sorts = Sort.Key.allCases.filter { $0 != .traceCount }
  var question = try ListQuestion(&query, of: .spans, sorts: sorts, limits: exchange.limits)
  try question.readNarrowing(&query, of: .spans, limits: exchange.limits)
  try query.finish()
  let asked = question
  let page = try await exchange.askList { store throws(StoreError) in try await store.spans(asked) }
  return .json { json in
    json.page(page, of: .spans) { json, row in json.row(row) }
  }
}
