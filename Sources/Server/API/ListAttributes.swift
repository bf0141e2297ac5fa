import Filters
import HummingbirdCore
import JSON
import Store

/// `GET /api/v1/attributes`: the keys that spans under the conditions of the list of spans carry, with the number of
/// those spans, the most frequent first, then by key. Counted over the newest spans only where there are many:
/// `spans_examined` says how many were looked at, `complete` whether that was all.
func listAttributes(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  var question = try ListQuestion(&query, of: .attributes, sorts: [], limits: exchange.limits)
  try question.readNarrowing(&query, of: .spans, limits: exchange.limits)
  try query.finish()
  let asked = question
  let answer = try await exchange.askList { store throws(StoreError) in try await store.attributes(asked) }
  return .json { json in
    json.page(answer.page, of: .attributes) { json, row in json.row(row) }
    json.member("spans_examined", answer.spansExamined)
    json.member("complete", answer.isComplete)
  }
}
