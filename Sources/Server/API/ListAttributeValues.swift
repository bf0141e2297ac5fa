import Filters
import HummingbirdCore
import JSON
import Store

/// `GET /api/v1/attributes/{key}/values`: the values that spans have under a key of `GET /api/v1/attributes`, with the
/// number of those spans, the most frequent first, then by value; an array counts for each of its elements. Long texts
/// and values of other kinds are left out: `left_out` is the number of spans that have such a one. A key that no span has
/// has no values: that is no error, since it may have some under other conditions.
func listAttributeValues(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  var question = try ListQuestion(&query, of: .attributeValues, sorts: [], limits: exchange.limits)
  try question.readNarrowing(&query, of: .spans, limits: exchange.limits)
  try query.finish()
  let asked = question
  let key = AttributeKey(exchange.capture(0))
  let answer = try await exchange.askList { store throws(StoreError) in try await store.values(of: key, asked) }
  return .json { json in
    json.page(answer.page, of: .attributeValues) { json, row in json.row(row) }
    json.member("spans_examined", answer.spansExamined)
    json.member("complete", answer.isComplete)
    json.member("left_out", answer.leftOut)
  }
}
