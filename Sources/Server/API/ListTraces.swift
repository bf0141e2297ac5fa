import Filters
import HummingbirdCore
import JSON
import Store

/// `GET /api/v1/traces`: the rows of LLM Tracing, with or without a session.
func listTraces(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  let sorts = Sort.Key.allCases.filter { $0 != .traceCount }
  var question = try ListQuestion(&query, of: .traces, sorts: sorts, limits: exchange.limits)
  try question.readNarrowing(&query, of: .traces, limits: exchange.limits)
  try query.finish()
  let asked = question
  let page = try await exchange.askList { store throws(StoreError) in try await store.traces(asked) }
  return .json { json in
    json.page(page, of: .traces) { json, row in json.row(row) }
  }
}
