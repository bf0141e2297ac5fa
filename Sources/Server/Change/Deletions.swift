import HummingbirdCore
import JSON
import Store
import Telemetry

/// `DELETE /api/v1/sessions/{id}`: the session with its traces, and what a person said about it.
func deleteSession(_ exchange: Exchange) async throws(Failure) -> Response {
  try exchange.refuseParameters()
  return try await exchange.delete(.session(exchange.sessionID()), else: .noSession)
}

/// `DELETE /api/v1/traces/{trace_id}`: one trace; with the last one of a session the session goes too.
func deleteTrace(_ exchange: Exchange) async throws(Failure) -> Response {
  try exchange.refuseParameters()
  return try await exchange.delete(.trace(exchange.traceID()), else: .noTrace)
}

/// `DELETE /api/v1/projects/{name}`: everything in the project.
func deleteProject(_ exchange: Exchange) async throws(Failure) -> Response {
  try exchange.refuseParameters()
  return try await exchange.delete(.project(ProjectName(exchange.capture(0))), else: .noProject)
}

/// `DELETE /api/v1/users/{user_id}`: every trace of the user, in `project`. It may be left out for a user that one
/// project alone knows: equal names in two projects may well be two people.
func deleteUser(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  let named = try query.take("project").map(ProjectName.init)
  try query.finish()
  let user = UserID(exchange.capture(0))
  let project: ProjectName
  if let named { project = named } else { project = try await exchange.onlyProject(of: user) }
  return try await exchange.delete(.user(user, project), else: .noUser)
}

extension Exchange {
  fileprivate func onlyProject(of user: UserID) async throws(Failure) -> ProjectName {
    var question = ListQuestion(limit: 2)
    question.userID = user
    let asked = question
    let page = try await ask { store throws(StoreError) in try await store.users(asked) }
    guard let row = page.rows.first else { throw .noUser }
    if page.rows.count > 1 {
      throw .invalidParameter(name: "project", "Several projects know this user: name the one to delete from.")
    }
    return row.project
  }

  /// Answers with the receipt once no answer shows anything of the target.
  fileprivate func delete(_ target: DeletionTarget, else unknown: Failure) async throws(Failure) -> Response {
    let deleted = try await ask { store throws(StoreError) in try await store.delete(target) }
    guard let receipt = deleted else { throw unknown }
    return .json { json in
      json.key("deleted")
      json.beginObject()
      json.member("sessions", receipt.sessions)
      json.member("traces", receipt.traces)
      json.member("spans", receipt.spans)
      json.member("bytes", receipt.bytes)
      json.endObject()
      json.member("purging", receipt.isPurging)
    }
  }
}
