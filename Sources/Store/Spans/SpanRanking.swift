import Conversations
import SQLite
import Telemetry

/// Finds the first spans of a list. No row stands for a span, so traces are read in an order that tells early when no
/// later trace can hold a span that belongs further to the front:
///
/// - A trace's start and end enclose the times of its spans. By descending time, traces are walked by their end; by
///   ascending time, by their start. Behind a cursor there are also the traces that were open at its time.
/// - Where a span ends before it starts, they don't: such traces bear a mark, are few, and are all read.
/// - No span lasts longer than its trace.
/// - Errors and others come in the order of IDs each.
/// - Tokens, cost, and the shortest spans: every trace is read, and the first spans are kept.
struct SpanRanking {
  private let question: ListQuestion
  private let selection: SpanSelection
  private let start: SpanRank?
  private var shortlist: SpanShortlist

  /// The first `max` spans of the question, behind its cursor.
  static func first(_ max: Int, of question: ListQuestion, _ spans: TraceSpans) throws -> [SpanRank] {
    var ranking = try SpanRanking(max, question, spans)
    try ranking.run()
    return ranking.shortlist.ranks
  }

  private init(_ max: Int, _ question: ListQuestion, _ spans: TraceSpans) throws {
    self.question = question
    selection = try SpanSelection(question, spans)
    start = question.cursor.flatMap { SpanRank($0) }
    shortlist = SpanShortlist(max: max, sort: question.sort, behind: start)
  }

  private var ofTraces: Conditions { selection.ofTraces }
  private var database: Database { selection.spans.reader.database }

  private mutating func run() throws {
    switch (question.sort.key, question.sort.descending) {
    case (.endTime, let descending), (.startTime, let descending): try rankByTime(descending)
    case (.duration, true): try walk(ofTraces, .longest) { $0.duration }
    case (.errorCount, let descending): try rankByErrors(descending)
    case (.duration, false), (.tokens, _), (.cost, _), (.traceCount, _): try readAll(ofTraces, .byKey)
    }
  }

  private mutating func rankByTime(_ descending: Bool) throws {
    let marked = Conditions.Value.integer(FindingKind.reversedSpanMark)
    try readAll(ofTraces.adding("t.findings <> 0 AND t.findings >= ?", marked), .fewByKey)
    var enclosing = ofTraces.adding("t.findings < ?", marked)
    if let time = start?.value {
      let time = Conditions.Value.integer(time)
      if descending {
        try readAll(enclosing.adding("t.end_time > ? AND t.start_time <= ?", time, time), .fewByKey)
        enclosing.add("t.end_time <= ?", time)
      } else {
        try readAll(enclosing.adding("t.start_time < ? AND t.end_time >= ?", time, time), .fewByKey)
        enclosing.add("t.start_time >= ?", time)
      }
    }
    if descending {
      try walk(enclosing, .latestEnd) { $0.endTime.stored }
    } else {
      try walk(enclosing, .earliestStart) { $0.startTime.stored }
    }
  }

  private mutating func rankByErrors(_ descending: Bool) throws {
    for value: Int64 in descending ? [1, 0] : [0, 1] {
      if let reached = start?.value, descending ? reached < value : reached > value { continue }
      var conditions = ofTraces
      if value == 1 { conditions.add("t.error_count > 0") }
      if let start, start.value == value { conditions.add("t.trace_id >= ?", .bytes(start.traceID.bytes)) }
      try walk(conditions, .byID, only: value) { _ in value }
    }
  }

  /// Walks until no span of the next trace can enter: none of them comes before `bound` in the order of the list.
  private mutating func walk(
    _ conditions: Conditions, _ order: TraceWalk.Order, only value: Int64? = nil, bound: (TracePlace) -> Int64
  ) throws {
    var walk = TraceWalk(database, conditions, order)
    while let place = try walk.next() {
      if shortlist.isDecided(before: SpanRank(value: bound(place), traceID: place.id, spanID: 0)) { return }
      try read(place, only: value)
    }
  }

  private mutating func readAll(_ conditions: Conditions, _ order: TraceWalk.Order) throws {
    var walk = TraceWalk(database, conditions, order)
    while let place = try walk.next() { try read(place, only: nil) }
  }

  private mutating func read(_ place: TracePlace, only value: Int64?) throws {
    try selection.forEach(of: place) { span in
      if let value, SpanRank.value(of: span.facts, by: question.sort.key) != value { return }
      shortlist.take(span.facts, of: place.id)
    }
  }
}

extension Conditions {
  func adding(_ text: String, _ values: Value...) -> Conditions {
    var conditions = self
    conditions.add(text, all: values)
    return conditions
  }
}
