/// The turns of several traces in order, a turn that the next trace takes up again being one with it.
package struct TurnChain: Sendable, Hashable {
  /// One turn of one trace: its trace's place, and its place among that trace's turns.
  package struct Link: Sendable, Hashable {
    package var trace: Int
    package var turn: Int
  }

  /// A turn: its links in order, at least one.
  package private(set) var links: [Link]

  /// `traces` in the order of (start time, trace ID). Traces without turns stand between others without parting them.
  package static func chains(of traces: [TraceSummary]) -> [TurnChain] {
    var chains: [TurnChain] = []
    var open: OpenQuestion?
    for (place, trace) in traces.enumerated() where !trace.turns.isEmpty {
      for turn in trace.turns.indices {
        let link = Link(trace: place, turn: turn)
        if turn == 0, let open, open == trace.continues, !chains.isEmpty {
          chains[chains.count - 1].links.append(link)
        } else {
          chains.append(TurnChain(links: [link]))
        }
      }
      open = trace.opens
    }
    return chains
  }

  /// The turn as one: what was asked first, what was answered last. A turn whose end failed has no answer.
  package func sketch(in traces: [TraceSummary]) -> TurnSketch? {
    let parts = links.map { traces[$0.trace].turns[$0.turn] }
    guard var whole = parts.first, let last = parts.last else { return nil }
    whole.status = last.status
    whole.ai = nil
    whole.aiSpanID = nil
    if last.status != .error, let answered = parts.last(where: { $0.ai != nil }) {
      whole.ai = answered.ai
      whole.aiSpanID = answered.aiSpanID
      if last.ai == nil, last.status == .ok { whole.status = .ok }
    }
    for part in parts.dropFirst() {
      whole.startTime = min(whole.startTime, part.startTime)
      whole.endTime = max(whole.endTime, part.endTime)
      whole.callSpanIDs += part.callSpanIDs
      if whole.human == nil {
        whole.human = part.human
        whole.humanSpanID = part.humanSpanID
      }
    }
    return whole
  }
}
