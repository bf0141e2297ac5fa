import Conversations
import HummingbirdCore
import JSON
import OTLP
import Store
import Telemetry

/// `GET /api/v1/traces/{trace_id}/spans/{span_id}`: everything that is known of a span.
func getSpan(_ exchange: Exchange) async throws(Failure) -> Response {
  try exchange.refuseParameters()
  let traceID = try exchange.traceID()
  guard let spanID = SpanID(hex: exchange.capture(1)) else { throw .noSpan }
  let found = try await exchange.ask { store throws(StoreError) in try await store.trace(traceID) }
  guard let trace = found else { throw .noTrace }
  guard let index = trace.telemetry.spans.firstIndex(where: { $0.spanID == spanID }) else { throw .noSpan }
  let depthMax = exchange.limits.valueDepthMax
  let facts = trace.facts(of: spanID)
  return .json { json in
    trace.telemetry.withView { view in
      let span = view.span(index)
      let logs = view.logs(of: spanID)
      let messages = readMessages(span, logs: logs, conventions: exchange.site.configuration.conventions)
      json.member("trace_id", traceID.hex)
      json.members(span, facts)
      json.member("project", trace.row.project.text)
      json.member("session_id", trace.row.sessionID?.uuid)
      json.member("session_name", trace.row.sessionName?.text)
      json.member("user_id", trace.row.userID?.text)
      json.member("tags", facts?.tags ?? [])
      json.metadata(facts?.metadata ?? [], depthMax: depthMax)
      json.member("input_messages", messages.input)
      json.member("output_messages", messages.output)
      json.details(span, depthMax: depthMax)
      json.logs(logs, depthMax: depthMax)
    }
  }
}

extension JSONWriter {
  /// `metadata`: the members of the texts, of equal keys the first; `metadata_raw`: the first text as it was sent.
  fileprivate mutating func metadata(_ texts: [String], depthMax: Int) {
    key("metadata")
    beginObject()
    var seen: Set<[UInt8]> = []
    for text in texts {
      guard case .object(let members)? = try? JSONValue.parse(text, depthMax: depthMax) else { continue }
      for member in members where seen.insert(Array(member.key.utf8)).inserted {
        key(member.key)
        write(member.value)
      }
    }
    endObject()
    member("metadata_raw", texts.first)
  }
}
