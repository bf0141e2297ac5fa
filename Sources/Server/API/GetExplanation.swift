import Conversations
import HummingbirdCore
import JSON
import Store
import Telemetry

/// `GET /api/v1/sessions/{id}/explain`: for each trace, in order of start, the span, key and rule that put it there.
func getSessionExplanation(_ exchange: Exchange) async throws(Failure) -> Response {
  let id = try exchange.sessionID()
  var query = try Query(exchange.target.query)
  var question = try ListQuestion(
    &query, of: .explanation, sorts: [], limits: exchange.limits, default: Sort(key: .startTime, descending: false))
  try query.finish()
  question.sessionID = id
  let asked = question
  let page = try await exchange.ask { store throws(StoreError) in try await store.traces(asked) }
  if page.rows.isEmpty, asked.cursor == nil { throw .noSession }
  var traces: [StoredTrace] = []
  for row in page.rows {
    let found = try await exchange.ask { store throws(StoreError) in try await store.trace(row.id) }
    if let found { traces.append(found) }
  }
  let explained = Page(rows: traces, next: page.next, total: page.total)
  return .json { json in
    json.page(explained, of: .explanation) { json, trace in json.explanation(trace) }
  }
}

extension JSONWriter {
  fileprivate mutating func explanation(_ trace: StoredTrace) {
    beginObject()
    member("trace_id", trace.row.id.hex)
    // What put the trace into its session stands first; where its project and user are from stands with it.
    if let session = trace.summary.session { members(session) }
    evidence("session", trace.summary.session, \.text)
    evidence("project", trace.summary.project, \.text)
    evidence("user", trace.summary.user, \.text)
    endObject()
  }

  private mutating func evidence<Value>(_ key: String, _ evidence: Evidence<Value>?, _ text: (Value) -> String) {
    self.key(key)
    guard let evidence else { return null() }
    beginObject()
    member("value", text(evidence.value))
    members(evidence)
    endObject()
  }

  private mutating func members<Value>(_ evidence: Evidence<Value>) {
    member("span_id", evidence.spanID?.hex)
    member("key", evidence.key)
    member("rule", evidence.rule)
  }
}
