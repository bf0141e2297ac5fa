import HummingbirdCore
import JSON
import Store

/// `GET /api/v1/stats`: sizes in bytes, and counts.
func getStatistics(_ exchange: Exchange) async throws(Failure) -> Response {
  try exchange.refuseParameters()
  let statistics = try await exchange.ask { store throws(StoreError) in try await store.statistics() }
  return .json { json in
    json.member("projects", statistics.projects)
    json.member("sessions", statistics.sessions)
    json.member("users", statistics.users)
    json.member("traces", statistics.traces)
    json.member("spans", statistics.spans)
    json.member("logs", statistics.logs)
    json.member("repeated_spans", statistics.repeatedSpans)
    json.member("superseded_spans", statistics.supersededSpans)
    json.member("blocks", statistics.blocks)
    json.member("payload_bytes", statistics.payloadBytes)
    json.member("compressed_bytes", statistics.compressedBytes)
    json.member("database_bytes", statistics.databaseBytes)
    json.member("wal_bytes", statistics.walBytes)
    json.member("schema_version", statistics.schemaVersion)
  }
}
