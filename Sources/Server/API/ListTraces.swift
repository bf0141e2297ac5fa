import Filters
import HummingbirdCore
import Store

/// `GET /api/v1/traces`: the rows of LLM Tracing, with or without a session.
func listTraces(_ exchange: Exchange) async throws(Failure) -> Response {
  let sorts = Sort.Key.allCases.filter { $0 != .traceCount }
  return try await exchange.list(.traces, .traces, sorts: sorts) { store, question throws(StoreError) in
    try await store.traces(question)
  } write: { json, row in
    json.row(row)
  }
}
