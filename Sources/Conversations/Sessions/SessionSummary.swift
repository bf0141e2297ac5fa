package import Telemetry

/// Everything that a session's row shows, as a function of its traces. The reference by which the rows that the store
/// keeps by difference are checked.
package struct SessionSummary: Sendable, Hashable {
  package var traceCount: Int64 = 0
  package var turnCount: Int64 = 0
  package var spanCount: Int64 = 0
  package var errorCount: Int64 = 0
  package var startTime: UnixNanoseconds
  package var endTime: UnixNanoseconds
  /// Human text of the first and of the last turn that has one; AI text likewise.
  package var firstMessage: TextPreview?
  package var lastMessage: TextPreview?
  package var firstReply: TextPreview?
  package var lastReply: TextPreview?
  /// The user of the latest trace that has one.
  package var userID: UserID?
  /// Distinct, ordered by their UTF-8; so the lists below.
  package var userIDs: [UserID]
  package var tokens: TokenCounts?
  /// The sum of what is known; nil: nothing is.
  package var cost: PicoDollars?
  /// error: the last turn failed; pending: the last trace is; else ok.
  package var status: TraceStatus
  package var models: [String]
  package var tags: [String]
  package var services: [String]
  /// Distinct, in the order of the traces; dropped attributes added up.
  package var warnings: [Warning]

  /// The row of the session that these traces make, given in any order and summarised with
  /// `duplicateCalls(in:)` among them. nil without traces.
  package static func fold(_ traces: [(TraceID, TraceSummary)]) -> SessionSummary? {
    let ordered = traces.sorted { a, b in
      a.1.startTime == b.1.startTime ? a.0 < b.0 : a.1.startTime < b.1.startTime
    }
    return SessionSummary(ordered.map(\.1))
  }

  /// `traces` in the order of (start time, trace ID).
  private init?(_ traces: [TraceSummary]) {
    guard let first = traces.first, let last = traces.last else { return nil }
    traceCount = Int64(traces.count)
    startTime = first.startTime
    endTime = traces.reduce(first.endTime) { max($0, $1.endTime) }
    userID = traces.last { $0.user != nil }?.user?.value
    userIDs = Set(traces.compactMap { $0.user?.value }).sorted()
    models = Self.distinct(traces, \.models)
    tags = Self.distinct(traces, \.tags)
    services = Self.distinct(traces, \.services)
    warnings = Self.warnings(traces)
    status = .ok
    for trace in traces {
      spanCount += trace.spanCount
      errorCount += trace.errorCount
      if let used = trace.tokens { tokens = (tokens ?? TokenCounts()) + used }
      cost = PicoDollars.sum(cost, trace.cost)
    }
    let turns = TurnChain.chains(of: traces).compactMap { $0.sketch(in: traces) }
    turnCount = Int64(turns.count)
    firstMessage = turns.first { $0.human != nil }?.human
    lastMessage = turns.last { $0.human != nil }?.human
    firstReply = turns.first { $0.ai != nil }?.ai
    lastReply = turns.last { $0.ai != nil }?.ai
    if turns.last?.status == .error {
      status = .error
    } else if last.status == .pending {
      status = .pending
    }
  }

  private static func distinct(_ traces: [TraceSummary], _ texts: (TraceSummary) -> [String]) -> [String] {
    var distinct = DistinctTexts()
    for trace in traces {
      for text in texts(trace) { _ = distinct.insert(text) }
    }
    return distinct.sorted
  }

  private static func warnings(_ traces: [TraceSummary]) -> [Warning] {
    var dropped: UInt64 = 0
    var others: [Warning] = []
    for warning in traces.flatMap(\.warnings) {
      if case .attributesDropped(let count) = warning {
        dropped = dropped.addingReportingOverflow(count).overflow ? .max : dropped + count
      } else if !others.contains(warning) {
        others.append(warning)
      }
    }
    return (dropped > 0 ? [.attributesDropped(count: dropped)] : []) + others
  }
}
