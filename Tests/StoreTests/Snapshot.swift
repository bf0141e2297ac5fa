import Conversations
import Filters
import OTLP
import Telemetry

@testable import Store

/// Everything that a store answers, as one text: equal stores have equal texts, byte for byte.
enum Snapshot {
  static func text(of store: Store) async throws -> ExactText {
    var lines: [String] = []
    let projects = try await store.projects(ListQuestion(limit: 500))
    lines += projects.rows.map { "\($0)" }
    var question = ListQuestion(limit: 500)
    question.wantsTotal = true
    let sessions = try await store.sessions(question)
    lines.append("sessions \(sessions.total ?? -1)")
    for row in sessions.rows {
      lines.append("\(row)")
      lines.append("\(String(describing: try await store.session(row.id)))")
      if let (_, page) = try await store.traces(ofSession: row.id, from: nil, limit: 500) {
        lines.append("turns \(page.traces.map { "\($0.summary.turns)" })")
      }
    }
    for user in try await store.users(ListQuestion(limit: 500)).rows {
      lines.append("\(user)")
      var own = question
      (own.userID, own.project) = (user.id, user.project)
      lines.append("sessions \(try await store.sessions(own).rows.map(\.id))")
    }
    let traces = try await store.traces(question)
    lines.append("traces \(traces.total ?? -1)")
    for row in traces.rows {
      lines.append("\(row)")
      guard let trace = try await store.trace(row.id) else { continue }
      lines.append("\(trace.summary)")
      lines += trace.facts.map { "\($0)" }
      lines += try trace.telemetry.withView { view in
        try view.spans.indices.map { Hex.encode(try CanonicalEncoding.span(view.span($0))) }
      }
    }
    lines += try await store.walk(ListQuestion(limit: 100)).map { "\($0)" }
    lines += try await store.keys(ListQuestion(limit: 500)).map { "\($0)" }
    for key in ["session.id", "metadata.turn"] {
      lines += try await store.values(AttributeKey(key), ListQuestion(limit: 500)).map { "\($0)" }
    }
    for metric: TimeSeriesMetric in [.sessions, .traces, .tokens, .cost, .errors, .latency] {
      lines += try await store.points(metric, 60_000_000_000, ListQuestion(limit: 1)).map { "\($0)" }
    }
    for query in ["question", "answer* OR again", "kind", "\"question 1\" OR 🌱 OR of", "number NOT 2"] {
      var search = SearchQuestion(try TextQuery(query, limits: Limits()), limit: 500)
      search.wantsTotal = true
      let found = try await store.search(search)
      lines.append("search \(query): \(found.total ?? -1)")
      lines += found.rows.map { "\($0)" }
      question.text = search.query
      lines.append("sessions \(try await store.sessions(question).rows.map(\.id))")
      lines.append("traces \(try await store.traces(question).rows.map(\.id))")
      lines.append("spans \(try await store.walk(question).map(SpanName.init))")
    }
    for filter in ["metadata.turn > 1 OR tokens > 100", "NOT kind = LLM AND session_id:*"] {
      var question = ListQuestion(limit: 500)
      question.filter = try Filter(filter, for: .spans, limits: Limits())
      lines.append("spans \(filter) \(try await store.walk(question).map(SpanName.init))")
    }
    return ExactText(lines.joined(separator: "\n"))
  }
}
