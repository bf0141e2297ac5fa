import Filters
import HummingbirdCore
import Store

/// `GET /api/v1/users`: a row for each user of each project, the latest seen first. In `sort`, `end_time` means
/// `last_seen`, and `start_time` means `first_seen`. What is asked of sessions, models, words and the like, one of the
/// user's traces must hold.
func listUsers(_ exchange: Exchange) async throws(Failure) -> Response {
  let sorts: [Sort.Key] = [.endTime, .startTime, .traceCount, .tokens, .cost]
  return try await exchange.list(.users, .users, sorts: sorts) { store, question throws(StoreError) in
    try await store.users(question)
  } write: { json, row in
    json.row(row)
  }
}
