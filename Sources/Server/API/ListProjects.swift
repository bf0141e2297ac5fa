import HummingbirdCore
import JSON
import Store

/// `GET /api/v1/projects`: every project, ordered by the UTF-8 of its name.
func listProjects(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  var asked = try ListQuestion(&query, of: .projects, sorts: [], limits: exchange.limits)
  try query.finish()
  asked.project = exchange.caller.project
  let question = asked
  let page = try await exchange.ask { store throws(StoreError) in try await store.projects(question) }
  return .json { json in
    json.page(page, of: .projects) { json, row in json.row(row) }
  }
}
