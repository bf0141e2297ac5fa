import Filters
import HummingbirdCore
import JSON
import Store

/// `GET /api/v1/sessions`: the rows of the Sessions list, newest activity first unless `sort` says otherwise.
func listSessions(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  var question = try ListQuestion(&query, of: .sessions, sorts: Sort.Key.allCases, limits: exchange.limits)
  try question.readNarrowing(&query, of: .sessions, limits: exchange.limits)
  try query.finish()
  let asked = question
  let page = try await exchange.askList { store throws(StoreError) in try await store.sessions(asked) }
  return .json { json in
    json.page(page, of: .sessions) { json, row in json.row(row) }
  }
}
