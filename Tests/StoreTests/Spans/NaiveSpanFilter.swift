import Conversations
import Filters
import OTLP
import Telemetry

@testable import Store

/// Every span of a store as a filter and a text query see it: what its row shows, its attributes whole, its messages.
struct NaiveSpanFilter {
  private(set) var rows: [SpanName: NaiveRow] = [:]
  private(set) var messages: [SpanName: [String]] = [:]

  init(_ store: Store) async throws {
    var contents: [SpanName: NaiveRow.Span] = [:]
    for trace in try await store.traces(ListQuestion(limit: 500)).rows {
      guard let stored = try await store.trace(trace.id) else { continue }
      let spans = try await NaiveRows.spans(of: trace.id, store)
      for (facts, span) in zip(stored.facts, spans) {
        contents[SpanName(NaiveSpans.Span(trace: trace, facts: facts, isBookmarked: false))] = span
      }
      for (span, texts) in Self.messages(of: stored) { messages[SpanName(trace: trace.id, span: span)] = texts }
    }
    for row in try await store.walk(ListQuestion(limit: 500)) {
      let name = SpanName(row)
      rows[name] = NaiveRow(id: "\(name)", fields: Self.fields(row), spans: contents[name].map { [$0] } ?? [])
    }
  }

  var all: [NaiveRow] { rows.values.sorted { $0.id < $1.id } }

  /// Those of which the filter holds, and one of whose messages has a phrase.
  func choose(
    _ spans: [NaiveSpans.Span], _ syntax: FilterSyntax?, phrases: [String] = []
  ) -> [NaiveSpans.Span] {
    spans.filter { span in
      guard let row = rows[SpanName(span)] else { return false }
      if let syntax, !NaiveFilter.holds(syntax, of: row) { return false }
      return phrases.isEmpty
        || (messages[SpanName(span)] ?? []).contains { text in
          phrases.contains { NaiveSearch.holds(text, phrase: $0) }
        }
    }
  }

  /// A word that some span says, and one or two more.
  func phrases(_ random: inout SeededGenerator) -> [String] {
    let texts = messages.sorted { "\($0.key)" < "\($1.key)" }.flatMap(\.value)
    return (0..<Int.random(in: 1...2, using: &random)).compactMap { _ in
      texts.randomElement(using: &random).flatMap { NaiveSearch.units($0).randomElement(using: &random) }
    }
  }

  private static func messages(of trace: StoredTrace) -> [(SpanID, [String])] {
    trace.telemetry.withView { view in
      view.spans.indices.map { index in
        let span = view.span(index)
        let logs = view.logs.indices.filter { view.logs[$0].spanID == span.ref.spanID }.map { view.log($0) }
        let collector = MessageCollector(bytesMax: 1 << 20)
        _ = SpanFacts(reading: span, logs: logs, conventions: Conventions(), collector: collector)
        return (span.ref.spanID, collector.digests.compactMap { collector.messages[$0]?.text })
      }
    }
  }

  private static func fields(_ row: SpanRow) -> [String: NaiveValue] {
    let own: [String: NaiveValue] = [
      "trace_id": .text(row.traceID.hex), "span_id": .text(row.id.hex), "parent_span_id": .optional(row.parentID?.hex),
      "project": .text(row.project.text), "session_id": .optional(row.sessionID?.uuid),
      "session_name": .optional(row.sessionName?.text), "user_id": .optional(row.userID?.text),
      "name": .text(row.name), "kind": .text(row.kind.name), "span_kind": .text(SpanWords.kind(row.spanKind)),
      "start_time": .time(row.startTime), "end_time": .time(row.endTime),
      "duration_ms": .double(row.endTime.milliseconds(since: row.startTime)), "status": .text("\(row.status)"),
      "status.code": .text(SpanWords.status(row.statusCode)), "status.message": .text(row.statusMessage),
      "model": .optional(row.model), "service": .optional(row.service), "tags": .texts(row.tags),
    ]
    return own.merging(NaiveRows.usage(row.tokens, row.cost)) { first, _ in first }
  }
}
