import Conversations
import Filters
import JSON
import OTLP
import Telemetry

@testable import Store

/// Everything that a store holds, read without a filter: the rows of each list in its order, with their spans.
struct NaiveRows {
  var sessions: [NaiveRow] = []
  var traces: [NaiveRow] = []
  var users: [NaiveRow] = []

  init(_ store: Store, sort: Sort) async throws {
    var question = ListQuestion(limit: 500)
    question.sort = sort
    let traceRows = try await store.traces(question).rows
    var spans: [TraceID: [NaiveRow.Span]] = [:]
    for row in traceRows { spans[row.id] = try await Self.spans(of: row.id, store) }
    traces = traceRows.map { NaiveRow(id: $0.id.hex, fields: Self.fields($0), spans: spans[$0.id] ?? []) }
    for row in try await store.sessions(question).rows {
      let own = traceRows.filter { $0.sessionID == row.id }.flatMap { spans[$0.id] ?? [] }
      sessions.append(NaiveRow(id: row.id.uuid, fields: Self.fields(row), spans: own))
    }
    for row in try await store.users(question).rows {
      let own = traceRows.filter { $0.userID == row.id && $0.project == row.project }.flatMap { spans[$0.id] ?? [] }
      users.append(NaiveRow(id: "\(row.id.text)/\(row.project.text)", fields: Self.fields(row), spans: own))
    }
  }

  subscript(list: FilteredList) -> [NaiveRow] {
    switch list {
    case .sessions: sessions
    case .traces: traces
    case .users: users
    case .spans: []
    }
  }

  static func spans(of id: TraceID, _ store: Store) async throws -> [NaiveRow.Span] {
    guard let trace = try await store.trace(id) else { return [] }
    return trace.telemetry.withView { view in
      view.spans.indices.map { index in
        let span = view.span(index)
        let map = { (attributes: UnsafeBufferPointer<AttributeRef>) in
          NaiveValue.map(
            attributes.map { (view.text($0.key), NaiveValue(AttributeValue($0.value, in: view, depthMax: 100))) })
        }
        let members = trace.facts[index].metadata.flatMap { (try? JSONValue.parse($0))?.object ?? [] }
        return NaiveRow.Span(
          attributes: map(span.attributes), resource: map(span.resourceAttributes),
          metadata: .map(members.map { ($0.key, NaiveValue($0.value)) }))
      }
    }
  }

  static func usage(_ tokens: TokenCounts?, _ cost: PicoDollars?) -> [String: NaiveValue] {
    [
      "tokens.input": .int(tokens?.input), "tokens.output": .int(tokens?.output), "tokens.total": .int(tokens?.total),
      "tokens.cached": .int(tokens?.cachedInput), "tokens.reasoning": .int(tokens?.reasoning),
      "cost_usd": .double(cost?.dollars),
    ]
  }

  private static func fields(_ row: SessionRow) -> [String: NaiveValue] {
    let own: [String: NaiveValue] = [
      "id": .text(row.id.uuid), "name": .text(row.name.text), "display_name": .optional(row.displayName),
      "bookmarked": .flag(row.bookmarked), "project": .text(row.project.text), "trace_count": .int(row.traceCount),
      "turn_count": .int(row.turnCount), "span_count": .int(row.spanCount), "error_count": .int(row.errorCount),
      "start_time": .time(row.startTime), "end_time": .time(row.endTime),
      "duration_ms": .double(row.endTime.milliseconds(since: row.startTime)),
      "first_message": .optional(row.firstMessage), "last_message": .optional(row.lastMessage),
      "first_reply": .optional(row.firstReply), "last_reply": .optional(row.lastReply),
      "user_id": .optional(row.userID?.text), "user_ids": .texts(row.userIDs.map(\.text)),
      "status": .text("\(row.status)"), "models": .texts(row.models), "tags": .texts(row.tags),
      "services": .texts(row.services), "warnings": .texts(row.warnings.map(\.code)),
    ]
    return own.merging(usage(row.tokens, row.cost)) { first, _ in first }
  }

  private static func fields(_ row: TraceRow) -> [String: NaiveValue] {
    let own: [String: NaiveValue] = [
      "trace_id": .text(row.id.hex), "project": .text(row.project.text), "session_id": .optional(row.sessionID?.uuid),
      "session_name": .optional(row.sessionName?.text), "user_id": .optional(row.userID?.text),
      "name": .text(row.name), "input": .optional(row.input), "output": .optional(row.output),
      "start_time": .time(row.startTime), "end_time": .time(row.endTime),
      "duration_ms": .double(row.endTime.milliseconds(since: row.startTime)), "status": .text("\(row.status)"),
      "model": .optional(row.model), "models": .texts(row.models), "services": .texts(row.services),
      "span_count": .int(row.spanCount), "error_count": .int(row.errorCount), "tags": .texts(row.tags),
    ]
    return own.merging(usage(row.tokens, row.cost)) { first, _ in first }
  }

  private static func fields(_ row: UserRow) -> [String: NaiveValue] {
    let own: [String: NaiveValue] = [
      "user_id": .text(row.id.text), "project": .text(row.project.text), "session_count": .int(row.sessionCount),
      "trace_count": .int(row.traceCount), "first_seen": .time(row.firstSeen), "last_seen": .time(row.lastSeen),
    ]
    return own.merging(usage(row.tokens, row.cost)) { first, _ in first }
  }
}
