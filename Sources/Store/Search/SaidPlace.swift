import Conversations
import OTLP
import SQLite
import Telemetry

/// Where a message that was found was said: the first span of its trace that says it, by start time, then span ID.
struct SaidPlace {
  private let hit: SearchHit
  private let found: FoundTrace
  private let trace: StoredTrace
  private let spanID: SpanID
  private let spanStart: UnixNanoseconds
  private let text: String

  init(_ hit: SearchHit, _ reader: Reader, _ conventions: Conventions, _ limits: Limits) throws {
    self.hit = hit
    guard let found = try FoundTrace.find(hit.traceID, in: reader.database) else { throw SegmentDamage.error }
    self.found = found
    let trace = try found.read(reader, conventions)
    self.trace = trace
    let reading = Reading(digest: hit.digest, conventions: conventions, limits: limits)
    if let said = reading.find(
      in: trace.telemetry, among: Array(trace.telemetry.spans.indices), Array(trace.telemetry.logs.indices))
    {
      (spanID, spanStart, text) = (said.span.spanID, said.span.startTime, said.text)
      return
    }
    // A span that only announced another is in no answer any more: it stands for the other, its parent.
    let telemetry = try reader.payload.material(ofTrace: hit.traceID, key: hit.trace).telemetry
    let facts = try TraceFacts(telemetry, conventions: conventions)
    guard let said = reading.find(in: telemetry, among: facts.winners, facts.logs) else { throw SegmentDamage.error }
    (spanID, spanStart, text) = (said.span.parentSpanID ?? said.span.spanID, said.span.startTime, said.text)
  }

  /// Looks for the span that says a message.
  private struct Reading {
    let digest: UInt64
    let conventions: Conventions
    let limits: Limits

    func find(in telemetry: DecodedTelemetry, among spans: [Int], _ records: [Int]) -> (span: SpanRef, text: String)? {
      let collector = MessageCollector(bytesMax: limits.searchedMessageBytesMax)
      return telemetry.withView { view in
        var logs: [SpanID: [LogView]] = [:]
        for index in records {
          if let id = view.logs[index].spanID { logs[id, default: []].append(view.log(index)) }
        }
        let order = spans.sorted { a, b in
          let (a, b) = (view.spans[a], view.spans[b])
          return a.startTime == b.startTime ? a.spanID < b.spanID : a.startTime < b.startTime
        }
        for index in order {
          let span = view.span(index)
          _ = SpanFacts(
            reading: span, logs: logs[span.ref.spanID] ?? [], conventions: conventions, collector: collector)
          if collector.digests.contains(digest), let message = collector.messages[digest] {
            return (span.ref, message.text)
          }
        }
        return nil
      }
    }
  }

  func row(_ query: TextQuery, _ places: inout TurnPlaces, _ limits: Limits) throws -> SearchRow {
    SearchRow(
      project: found.entry.project, sessionID: found.sessionID, sessionName: found.entry.session,
      userID: found.entry.user, turn: try turn(&places), traceID: hit.traceID, spanID: spanID, role: hit.role,
      time: found.entry.startTime, score: hit.score,
      snippet: Snippet(of: text, query, scalarsMax: limits.searchSnippetScalarsMax))
  }

  /// The turn that the span belongs to; of a span that no turn names, the last that began before it.
  private func turn(_ places: inout TurnPlaces) throws -> Int64? {
    let turns = trace.summary.turns
    guard !turns.isEmpty else { return nil }
    let named = turns.firstIndex { turn in
      turn.callSpanIDs.contains(spanID) || [turn.humanSpanID, turn.aiSpanID, turn.spanID].contains(spanID)
    }
    let inTrace = named ?? turns.lastIndex { $0.startTime <= spanStart } ?? 0
    guard let session = hit.session else { return Int64(inTrace) + 1 }
    return try places.first(ofTrace: hit.traceID, start: hit.start, session: session) + Int64(inTrace)
  }
}

/// The index of a trace's first turn in its session; several traces of one session are counted in one walk.
struct TurnPlaces {
  private let database: Database
  private var known: [Int64: [TraceID: Int64]] = [:]

  init(_ database: Database) { self.database = database }

  mutating func first(ofTrace traceID: TraceID, start: Int64, session: Int64) throws -> Int64 {
    if let place = known[session]?[traceID] { return place }
    var places: [TraceID: Int64] = [:]
    let statement = try database.statement("list_turns_of_session")
    statement.bind(session, at: 1)
    var count: Int64 = 0
    var previous: TraceDetail?
    while try statement.step() {
      let detail = try TraceDetail(json: statement.text(2))
      if let previous, SessionTraces.continues(detail, previous) { count -= 1 }
      if let id = TraceID(bytes: statement.bytes(0)) { places[id] = count + 1 }
      count += statement.integer(1)
      previous = detail
    }
    known[session] = places
    return places[traceID] ?? 1
  }
}
