import Filters
import HummingbirdCore
import JSON
import Store

/// `GET /api/v1/users`: a row for each user of each project, the latest seen first. In `sort`, `end_time` means
/// `last_seen`, and `start_time` means `first_seen`. What is asked of sessions, models, words and the like, one of the
/// user's traces must hold.
func listUsers(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  let sorts: [Sort.Key] = [.endTime, .startTime, .traceCount, .tokens, .cost]
  var question = try ListQuestion(&query, of: .users, sorts: sorts, limits: exchange.limits)
  try question.readNarrowing(&query, of: .users, limits: exchange.limits)
  try query.finish()
  let asked = question
  let page = try await exchange.ask { store throws(StoreError) in try await store.users(asked) }
  return .json { json in
    json.page(page, of: .users) { json, row in json.row(row) }
  }
}
