import HummingbirdCore
import JSON
import Store
import Telemetry

/// `GET /api/v1/sessions/{id}`: the row, its neighbours in the default order, and the keys of its metadata.
func getSession(_ exchange: Exchange) async throws(Failure) -> Response {
  try exchange.refuseParameters()
  let id = try exchange.sessionID()
  let found = try await exchange.ask { store throws(StoreError) in try await store.session(id) }
  guard let detail = found else { throw .noSession }
  return .json { json in
    json.members(detail.row)
    // The neighbours may be of other projects than the key's.
    let isScoped = exchange.caller.project != nil
    json.member("previous_id", isScoped ? nil : detail.previous?.uuid)
    json.member("next_id", isScoped ? nil : detail.next?.uuid)
    json.member("metadata_keys", detail.metadataKeys)
  }
}
