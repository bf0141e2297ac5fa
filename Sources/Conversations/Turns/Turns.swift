import OTLP

/// The turns of a session's (or one trace's) traces with their whole texts, a turn over several traces as one.
/// `traces` in the order of (start time, trace ID); the first turn is given `firstIndex`.
package func turns(
  of traces: [LoadedTrace], firstIndex: Int = 1, conventions: Conventions
) -> [Turn] {
  let summaries = traces.map(\.summary)
  let chains = TurnChain.chains(of: summaries)
  return chains.enumerated().compactMap { place, chain in
    TurnReading(chain, traces, summaries, conventions)?.turn(index: firstIndex + place)
  }
}

/// Puts one turn together.
private struct TurnReading {
  private let chain: TurnChain
  private let traces: [LoadedTrace]
  private let sketch: TurnSketch
  private let first: LoadedTrace
  private let last: LoadedTrace
  private let conventions: Conventions

  init?(_ chain: TurnChain, _ traces: [LoadedTrace], _ summaries: [TraceSummary], _ conventions: Conventions) {
    guard let sketch = chain.sketch(in: summaries), let head = chain.links.first, let end = chain.links.last else {
      return nil
    }
    self.chain = chain
    self.traces = traces
    self.sketch = sketch
    self.conventions = conventions
    first = traces[head.trace]
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

  /// Where no text was said, what else the first call's last user message holds.
  private var human: TurnText? {
    for link in chain.links {
      let trace = traces[link.trace]
      let sketch = trace.summary.turns[link.turn]
      guard let spanID = sketch.humanSpanID ?? sketch.callSpanIDs.first else { continue }
      if let text = texts(of: trace, { $0.human(of: spanID) }) { return text }
    }
    return nil
  }

  /// nil when nothing was said and no tool called, and when the turn failed.
  private var ai: TurnText? {
    var text: TurnText?
    var toolCalls: [ToolCall] = []
    for link in chain.links {
      let trace = traces[link.trace]
      let part = trace.summary.turns[link.turn]
      if part.aiSpanID == sketch.aiSpanID, let spanID = part.aiSpanID {
        text = texts(of: trace) { $0.ai(of: spanID) } ?? text
      }
      for facts in calls(of: link) where facts.text.callsTools {
        toolCalls += texts(of: trace) { $0.toolCalls(of: facts.spanID) }
      }
    }
    if sketch.status == .error { return nil }
    if text == nil, toolCalls.isEmpty { return nil }
    return TurnText(content: text?.content ?? "", parts: text?.parts ?? [], toolCalls: toolCalls)
  }

  /// The status message of the root, else of the last call that failed.
  private var error: String {
    let root = last.facts.first { $0.spanID == last.summary.rootSpanID }
    let calls = chain.links.last.map { self.calls(of: $0) } ?? []
    let failed = [root].compactMap { $0 } + calls.reversed()
    return failed.first { $0.isError && !$0.statusMessage.isEmpty }?.statusMessage ?? "the span's status is ERROR"
  }

  private func texts<Result>(of trace: LoadedTrace, _ read: (TraceTexts) -> Result) -> Result {
    trace.telemetry.withView { read(TraceTexts($0, of: trace.traceID, conventions)) }
  }

  /// In time order.
  private func calls(of link: TurnChain.Link) -> [SpanFacts] {
    let trace = traces[link.trace]
    return trace.summary.turns[link.turn].callSpanIDs.compactMap { id in trace.facts.first { $0.spanID == id } }
  }

  /// The only turn of a trace used what the trace used; one of several what its calls did.
  private func addUsage(of link: TurnChain.Link, to turn: inout Turn) {
    let summary = traces[link.trace].summary
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
