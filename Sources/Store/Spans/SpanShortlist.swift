import Conversations
import Telemetry

/// The place of a span in the order of a list: its sort value, then its trace's ID, then its own; spans without the
/// value come last in either direction.
struct SpanRank {
  var value: Int64?
  var traceID: TraceID
  /// 0: before every span of the trace.
  var spanID: UInt64

  init(value: Int64?, traceID: TraceID, spanID: UInt64) {
    self.value = value
    self.traceID = traceID
    self.spanID = spanID
  }

  init(_ span: SpanFacts, of traceID: TraceID, by key: Sort.Key) {
    self.init(value: Self.value(of: span, by: key), traceID: traceID, spanID: span.spanID.value)
  }

  /// The place that a cursor names; nil for a cursor of other rows.
  init?(_ cursor: Cursor) {
    guard cursor.id.count == 24, let traceID = TraceID(bytes: cursor.id.prefix(16)),
      let spanID = SpanID(bytes: cursor.id.suffix(8))
    else { return nil }
    self.init(value: cursor.value, traceID: traceID, spanID: spanID.value)
  }

  func cursor(_ sort: Sort) -> Cursor {
    Cursor(sort: sort, value: value, id: traceID.bytes + (SpanID(value: spanID)?.bytes ?? []))
  }

  func precedes(_ other: SpanRank, descending: Bool) -> Bool {
    switch (value, other.value) {
    case (let a?, let b?) where a != b: return descending ? a > b : a < b
    case (_?, nil): return true
    case (nil, _?): return false
    default: return traceID == other.traceID ? spanID < other.spanID : traceID < other.traceID
    }
  }

  static func value(of span: SpanFacts, by key: Sort.Key) -> Int64? {
    switch key {
    case .endTime: span.endTime.stored
    case .startTime: span.startTime.stored
    case .duration: durationNanoseconds(from: span.startTime, to: span.endTime)
    // A span is a span of one trace.
    case .traceCount: 1
    case .tokens: span.usage?.total
    case .cost: span.cost?.value
    case .errorCount: span.isError ? 1 : 0
    }
  }
}

/// The first spans of an order among all that are shown to it, a bounded number of them.
struct SpanShortlist {
  /// In the order of the list.
  private(set) var ranks: [SpanRank] = []
  private let max: Int
  private let sort: Sort
  /// Only spans behind it are taken.
  private let start: SpanRank?

  init(max: Int, sort: Sort, behind start: SpanRank?) {
    self.max = max
    self.sort = sort
    self.start = start
    ranks.reserveCapacity(max)
  }

  mutating func take(_ span: SpanFacts, of traceID: TraceID) {
    let rank = SpanRank(span, of: traceID, by: sort.key)
    let descending = sort.descending
    if let start, !start.precedes(rank, descending: descending) { return }
    if isDecided(before: rank) { return }
    var low = 0
    var high = ranks.count
    while low < high {
      let middle = (low + high) / 2
      if ranks[middle].precedes(rank, descending: descending) { low = middle + 1 } else { high = middle }
    }
    if ranks.count == max { ranks.removeLast() }
    ranks.insert(rank, at: low)
  }

  /// Whether nothing that comes at `bound` or behind it can still enter.
  func isDecided(before bound: SpanRank) -> Bool {
    guard ranks.count == max, let last = ranks.last else { return false }
    return last.precedes(bound, descending: sort.descending)
  }
}
