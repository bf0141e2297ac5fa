import Conversations
import OTLP
import SQLite
import Telemetry

/// Makes the rows of a page: only for these is the payload read, with the log records that belong to it.
struct SpanRowReader {
  private let reader: Reader
  private let conventions: Conventions
  private var rows: [SpanKey: SpanRow] = [:]

  private struct SpanKey: Hashable {
    let traceID: TraceID
    let spanID: UInt64
  }

  /// The rows in the order of `ranks`.
  static func rows(of ranks: some Sequence<SpanRank>, _ spans: TraceSpans) throws -> [SpanRow] {
    var wanted: [TraceID: Set<UInt64>] = [:]
    for rank in ranks { wanted[rank.traceID, default: []].insert(rank.spanID) }
    var rows = SpanRowReader(reader: spans.reader, conventions: spans.conventions)
    // Neighbours mostly share blocks: in the order of the page.
    for rank in ranks {
      if let spanIDs = wanted.removeValue(forKey: rank.traceID) { try rows.read(spanIDs, of: rank.traceID) }
    }
    return ranks.compactMap { rows.rows[SpanKey(traceID: $0.traceID, spanID: $0.spanID)] }
  }

  private init(reader: Reader, conventions: Conventions) {
    self.reader = reader
    self.conventions = conventions
  }

  private mutating func read(_ spanIDs: Set<UInt64>, of traceID: TraceID) throws {
    try reader.checkTime()
    guard let found = try FoundTrace.find(traceID, in: reader.database) else { return }
    let material = try reader.payload.material(ofTrace: traceID, key: found.key)
    try material.telemetry.withView { view in
      let logs = try Self.logs(of: view, spanIDs)
      for index in try WinnerRule.winners(of: view) where spanIDs.contains(view.spans[index].spanID.value) {
        let row = self.row(view.span(index), logs[view.spans[index].spanID.value] ?? [], found)
        rows[SpanKey(traceID: traceID, spanID: row.id.value)] = row
      }
    }
  }

  private static func logs(of view: TelemetryView, _ spanIDs: Set<UInt64>) throws -> [UInt64: [LogView]] {
    var logs: [UInt64: [LogView]] = [:]
    for index in try TraceFacts.orderedLogs(view) {
      guard let spanID = view.logs[index].spanID?.value, spanIDs.contains(spanID) else { continue }
      logs[spanID, default: []].append(view.log(index))
    }
    return logs
  }

  private func row(_ span: SpanView, _ logs: [LogView], _ trace: FoundTrace) -> SpanRow {
    let facts = SpanFacts(reading: span, logs: [], conventions: conventions, texts: false)
    let texts = SpanTexts(span, logs: logs, conventions: conventions)
    let preview = { (text: String?) in text.flatMap { TextPreview(of: $0)?.text } }
    return SpanRow(
      id: facts.spanID, parentID: facts.parentSpanID, traceID: trace.entry.traceID, project: trace.entry.project,
      sessionID: trace.sessionID, sessionName: trace.entry.session, userID: trace.entry.user, name: facts.name,
      kind: facts.kind, spanKind: span.ref.kind, startTime: facts.startTime, endTime: facts.endTime,
      status: RowStatus(facts), statusCode: facts.statusCode, statusMessage: preview(facts.statusMessage) ?? "",
      model: facts.model, tokens: facts.usage, cost: facts.cost, input: preview(texts.own.human ?? texts.raw.human),
      output: preview(texts.own.ai ?? texts.raw.ai), tags: facts.ownTags, metadata: facts.ownMetadata,
      service: facts.serviceName)
  }
}
