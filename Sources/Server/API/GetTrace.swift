import Conversations
import HummingbirdCore
import JSON
import OTLP
import Store
import Telemetry

/// `GET /api/v1/traces/{trace_id}`: the row, and its spans as a flat list in the order of the tree.
func getTrace(_ exchange: Exchange) async throws(Failure) -> Response {
  try exchange.refuseParameters()
  let id = try exchange.traceID()
  let found = try await exchange.ask { store throws(StoreError) in try await store.trace(id) }
  guard let trace = found else { throw .noTrace }
  return .json { json in
    json.members(trace.row)
    json.member("warnings", trace.summary.warnings)
    json.key("spans")
    json.beginArray()
    trace.telemetry.withView { view in
      for index in view.spans.indices {
        let span = view.span(index)
        json.beginObject()
        json.members(span, trace.facts.indices.contains(index) ? trace.facts[index] : nil)
        json.member("depth", Int64(trace.depths.indices.contains(index) ? trace.depths[index] : 0))
        json.endObject()
      }
    }
    json.endArray()
  }
}
