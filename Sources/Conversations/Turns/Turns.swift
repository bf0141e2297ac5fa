import Telemetry

/// The turns of a session's (or one trace's) traces with their whole texts, a turn over several traces as one.
/// `traces` in the order of (start time, trace ID); the first turn is given `firstIndex`.
package func turns(
  of traces: [LoadedTrace], firstIndex: Int = 1, conventions: Conventions
) -> [Turn] {
  let summaries = traces.map(\.summary)
  let indexed = traces.map { IndexedTrace($0) }
  return TurnChain.chains(of: summaries).enumerated().compactMap { place, chain in
    TurnReading(chain, indexed, summaries, conventions)?.turn(index: firstIndex + place)
  }
}

/// Puts one turn together.
private struct TurnReading {
  private let chain: TurnChain
  private let traces: [IndexedTrace]
  private let sketch: TurnSketch
  private let first: LoadedTrace
  private let last: IndexedTrace
  private let texts: TurnTexts

  init?(_ chain: TurnChain, _ traces: [IndexedTrace], _ summaries: [TraceSummary], _ conventions: Conventions) {
    guard let sketch = chain.sketch(in: summaries), let head = chain.links.first, let end = chain.links.last else {
      return nil
    }
    self.chain = chain
    self.traces = traces
    self.sketch = sketch
    texts = TurnTexts(conventions: conventions)
    first = traces[head.trace].trace
    last = traces[end.trace]
  }

  func turn(index: Int) -> Turn {
    var turn = Turn(
      index: index, traceID: first.traceID, spanID: sketch.spanID, startTime: sketch.startTime,
      endTime: sketch.endTime, status: sketch.status, tags: first.summary.tags)
    turn.human = human
    turn.ai = ai
    turn.error = sketch.status == .error ? error : nil
    turn.userID = first.summary.user?.value
    turn.metadata = first.summary.metadata
    for link in chain.links { addUsage(of: link, to: &turn) }
    return turn
  }

  private func part(_ link: TurnChain.Link) -> TurnSketch { traces[link.trace].trace.summary.turns[link.turn] }

  /// Where no text was said, what else the first call's last user message holds.
  private var human: TurnText? {
    for link in chain.links {
      let part = part(link)
      guard let spanID = part.humanSpanID ?? part.callSpanIDs.first else { continue }
      if let text = texts.human(of: spanID, in: traces[link.trace]) { return text }
    }
    return nil
  }

  /// nil when nothing was said and no tool called, and when the turn failed.
  private var ai: TurnText? {
    if sketch.status == .error { return nil }
    var text: TurnText?
    if let link = chain.links.last(where: { part($0).ai != nil }), let spanID = part(link).aiSpanID {
      text = texts.ai(of: spanID, in: traces[link.trace])
    }
    let toolCalls = chain.links.flatMap { link in
      calls(of: link).filter(\.text.callsTools).flatMap { texts.toolCalls(of: $0.spanID, in: traces[link.trace]) }
    }
    if text == nil, toolCalls.isEmpty { return nil }
    return TurnText(content: text?.content ?? "", parts: text?.parts ?? [], toolCalls: toolCalls)
  }

  /// The status message of the root, else of the last call that failed.
  private var error: String {
    let root = last.facts(of: last.trace.summary.rootSpanID)
    let calls = chain.links.last.map { self.calls(of: $0) } ?? []
    let failed = [root].compactMap { $0 } + calls.reversed()
    return failed.first { $0.isError && !$0.statusMessage.isEmpty }?.statusMessage ?? "the span's status is ERROR"
  }

  /// In time order.
  private func calls(of link: TurnChain.Link) -> [SpanFacts] {
    part(link).callSpanIDs.compactMap { traces[link.trace].facts(of: $0) }
  }

  /// The only turn of a trace used what the trace used; one of several what its calls did.
  private func addUsage(of link: TurnChain.Link, to turn: inout Turn) {
    let summary = traces[link.trace].trace.summary
    if summary.turns.count == 1 {
      add(summary.tokens, summary.cost, summary.model, to: &turn)
    } else {
      for call in calls(of: link) { add(call.tokens, call.cost, call.model, to: &turn) }
    }
  }

  private func add(_ tokens: TokenCounts?, _ cost: PicoDollars?, _ model: String?, to turn: inout Turn) {
    if let tokens { turn.tokens = (turn.tokens ?? TokenCounts()) + tokens }
    turn.cost = PicoDollars.sum(turn.cost, cost)
    turn.model = model ?? turn.model
  }
}
