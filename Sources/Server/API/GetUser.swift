import HummingbirdCore
import JSON
import Store
import Telemetry

/// `GET /api/v1/users/{user_id}`: the user's row in `project`; unasked, in the project where it was seen last.
func getUser(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  let project = try query.take("project").map(ProjectName.init)
  try query.finish()
  let id = UserID(exchange.capture(0))
  let found = try await exchange.ask { store throws(StoreError) in try await store.user(id, project: project) }
  guard let row = found else { throw .noUser }
  return .json { $0.members(row) }
}
