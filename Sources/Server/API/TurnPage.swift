import Conversations
import Store
import Telemetry

/// Where a page of a conversation starts: at a trace of the session, behind some of its turns; where that trace is gone,
/// at the one that follows.
struct TurnPlace: Equatable {
  /// nil: the session's first.
  var trace: TurnTracePlace?
  /// Turns of that trace that stand before the place.
  var skip: Int

  static let start = TurnPlace(trace: nil, skip: 0)
}

/// A page of turns: at most `limit`, and no turn torn apart, though it may lie in several traces.
struct TurnPage {
  var turns: [Turn]
  var next: TurnPlace?

  /// - Parameters:
  ///   - traces: from `place.trace` on.
  ///   - firstIndex: of the first turn of `traces`.
  ///   - endsSession: no trace follows `traces`. If one does, it may continue the last turn, which is then left to
  ///     the next page.
  /// - Returns: nil when more traces are needed to complete a single turn.
  init?(
    _ traces: [LoadedTrace], from place: TurnPlace, firstIndex: Int, limit: Int, endsSession: Bool,
    conventions: Conventions
  ) {
    let all = Conversations.turns(of: traces, firstIndex: firstIndex, conventions: conventions)
    let complete = endsSession ? all.count : all.count - 1
    let isThere = place.trace.map { traces.first?.traceID == $0.id } ?? false
    let begin = isThere ? min(place.skip, all.count) : 0
    let end = min(begin + limit, max(complete, begin))
    if end == begin, !endsSession { return nil }
    turns = Array(all[begin..<end])
    guard end < all.count else { return }
    let following = all[end].traceID
    guard let trace = traces.first(where: { $0.traceID == following }) else { return }
    let skip = all[..<end].count { $0.traceID == following }
    next = TurnPlace(trace: TurnTracePlace(startTime: trace.summary.startTime, id: following), skip: skip)
  }
}

extension LoadedTrace {
  init(_ stored: StoredTrace) {
    self.init(
      traceID: stored.row.id, summary: stored.summary, facts: stored.facts, telemetry: stored.telemetry)
  }
}
