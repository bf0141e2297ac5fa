import Filters
import HummingbirdCore
import Store

/// `GET /api/v1/sessions`: the rows of the Sessions list, newest activity first unless `sort` says otherwise.
func listSessions(_ exchange: Exchange) async throws(Failure) -> Response {
  try await exchange.list(.sessions, .sessions, sorts: Sort.Key.allCases) { store, question throws(StoreError) in
    try await store.sessions(question)
  } write: { json, row in
    json.row(row)
  }
}
