import HummingbirdCore
import JSON
import Store

/// `GET /healthz`: the process answers.
func getHealth(_ exchange: Exchange) async throws(Failure) -> Response {
  .json { $0.member("status", "ok") }
}

/// `GET /readyz`: a write would be committed now; 503 when not.
func getReadiness(_ exchange: Exchange) async throws(Failure) -> Response {
  try await exchange.ask { store throws(StoreError) in try await store.checkWritable() }
  return .json { $0.member("status", "ready") }
}
