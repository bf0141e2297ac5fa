import Filters
import HummingbirdCore
import JSON
import Store
import Telemetry

/// `GET /api/v1/users`: a row for each user of each project, the latest seen first. In `sort`, `end_time` means
/// `last_seen`, and `start_time` means `first_seen`.
func listUsers(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  let sorts: [Sort.Key] = [.endTime, .startTime, .traceCount, .tokens, .cost]
  var question = try ListQuestion(&query, of: .users, sorts: sorts, limits: exchange.limits)
  question.project = try query.take("project").map(ProjectName.init)
  question.userID = try query.take("user_id").map(UserID.init)
  question.from = try query.time("from")
  question.to = try query.time("to")
  question.minTokens = try query.integer("min_tokens", in: 0...Int64.max)
  try question.readFilter(&query, of: .users, limits: exchange.limits)
  try query.finish()
  let asked = question
  let page = try await exchange.ask { store throws(StoreError) in try await store.users(asked) }
  return .json { json in
    json.page(page, of: .users) { json, row in json.row(row) }
  }
}
