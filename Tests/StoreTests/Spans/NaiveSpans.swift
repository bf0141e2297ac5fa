import Conversations
import OTLP
import Telemetry

@testable import Store

/// Every span of a store held in memory, and lists of them evaluated one condition after another.
struct NaiveSpans {
  struct Span {
    var trace: TraceRow
    var facts: SpanFacts
    var isBookmarked: Bool
  }

  var spans: [Span] = []

  init(_ store: Store) async throws {
    var bookmarked: Set<SessionID> = []
    var sessions = ListQuestion(limit: 500)
    sessions.bookmarked = true
    for row in try await store.sessions(sessions).rows { bookmarked.insert(row.id) }
    for row in try await store.traces(ListQuestion(limit: 500)).rows {
      guard let trace = try await store.trace(row.id) else { continue }
      let isBookmarked = row.sessionID.map { bookmarked.contains($0) } ?? false
      spans += trace.facts.map { Span(trace: row, facts: $0, isBookmarked: isBookmarked) }
    }
  }

  func list(_ question: ListQuestion) -> [Span] {
    let found = spans.filter { span in
      let facts = span.facts
      if let value = question.project, span.trace.project != value { return false }
      if let value = question.userID, span.trace.userID != value { return false }
      if let value = question.sessionID, span.trace.sessionID != value { return false }
      if let value = question.sessionName, span.trace.sessionName != value { return false }
      if let value = question.from, facts.endTime < value { return false }
      if let value = question.to, facts.startTime > value { return false }
      if let value = question.status, Self.status(facts) != value { return false }
      if let value = question.model, facts.model != value { return false }
      if let value = question.tag, !facts.tags.contains(value) { return false }
      if let value = question.service, facts.serviceName != value { return false }
      if let value = question.minDurationMilliseconds, Self.duration(facts) / 1e6 < value { return false }
      if let value = question.minTokens, Self.tokens(facts) ?? -1 < value { return false }
      if let value = question.bookmarked, span.isBookmarked != value { return false }
      return true
    }
    return found.sorted { Self.isBefore($0, $1, question.sort) }
  }

  static func status(_ facts: SpanFacts) -> RowStatus {
    facts.statusCode == 2 ? .error : facts.isPending ? .pending : .ok
  }

  static func duration(_ facts: SpanFacts) -> Double {
    facts.endTime > facts.startTime ? Double(facts.endTime.value - facts.startTime.value) : 0
  }

  static func tokens(_ facts: SpanFacts) -> Int64? {
    guard let tokens = facts.tokens else { return nil }
    if let total = tokens.total { return total }
    return tokens.input == nil && tokens.output == nil ? nil : (tokens.input ?? 0) + (tokens.output ?? 0)
  }

  static func value(_ facts: SpanFacts, _ key: Sort.Key) -> Double? {
    switch key {
    case .endTime: Double(facts.endTime.value)
    case .startTime: Double(facts.startTime.value)
    case .duration: duration(facts)
    case .traceCount: 1
    case .tokens: tokens(facts).map(Double.init)
    case .cost: facts.cost?.dollars
    case .errorCount: facts.statusCode == 2 ? 1 : 0
    }
  }

  private static func isBefore(_ a: Span, _ b: Span, _ sort: Sort) -> Bool {
    // Times of traffic lie in one hour: as doubles they would be equal within 256 ns.
    if sort.key == .endTime || sort.key == .startTime {
      let (x, y) =
        sort.key == .endTime ? (a.facts.endTime, b.facts.endTime) : (a.facts.startTime, b.facts.startTime)
      if x != y { return sort.descending ? x > y : x < y }
    } else {
      switch (value(a.facts, sort.key), value(b.facts, sort.key)) {
      case (let x?, let y?) where x != y: return sort.descending ? x > y : x < y
      case (_?, nil): return true
      case (nil, _?): return false
      default: break
      }
    }
    return a.trace.id == b.trace.id ? a.facts.spanID < b.facts.spanID : a.trace.id < b.trace.id
  }
}

/// A span by its IDs.
struct SpanName: Hashable, CustomStringConvertible {
  let trace: TraceID
  let span: SpanID

  init(trace: TraceID, span: SpanID) {
    self.trace = trace
    self.span = span
  }

  init(_ row: SpanRow) { (trace, span) = (row.traceID, row.id) }
  init(_ span: NaiveSpans.Span) { (trace, self.span) = (span.trace.id, span.facts.spanID) }

  var description: String { "\(trace.hex.prefix(6))/\(span.hex.prefix(6))" }
}

extension Store {
  /// All pages of a list of spans.
  func walk(_ question: ListQuestion, between: () async throws -> Void = {}) async throws -> [SpanRow] {
    var question = question
    var rows: [SpanRow] = []
    while true {
      let page = try await spans(question)
      rows += page.rows
      guard let next = page.next else { return rows }
      question.cursor = next
      try await between()
    }
  }
}
