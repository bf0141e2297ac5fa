import Telemetry

/// Which spans of a trace are its model calls, and which of them count: each call once.
///
/// - Model calls are LLM and EMBEDDING spans; agents repeat or add up what is below them.
/// - A call above a call of its kind, no agent or tool between, is the same call: the one below counts, unless only the
///   one above reports usage.
/// - Equal response IDs are one call: the span with messages, then the earliest, then the smaller span ID.
/// - A call that another trace of the session counts (`duplicateCalls`) does not count here.
/// - Where no model call reports usage, the lowest of the other spans that report it count.
struct CallCount {
  /// Above a call of its kind.
  let isOuter: [Bool]
  /// Above an LLM span with messages.
  let speaksBelow: [Bool]
  /// The same call as another span of this trace, by its response ID.
  private(set) var isRepeated: [Bool]
  /// The same call as a span of another trace.
  private(set) var isForeign: [Bool]
  /// Its usage is part of the trace's.
  private(set) var counts: [Bool]

  init(_ forest: SpanForest, duplicateCalls: Set<SpanID>) {
    let count = forest.count
    let enclosing = Self.enclosingCalls(forest)
    isOuter = Self.marks(forest, up: enclosing) { _ in true }
    speaksBelow = Self.marks(forest, up: enclosing) { forest.speaks($0) }
    let reportsBelow = Self.marks(forest, up: enclosing) { forest.reportsUsage($0) }
    isRepeated = Array(repeating: false, count: count)
    isForeign = Array(repeating: false, count: count)
    counts = Array(repeating: false, count: count)
    markEqualResponses(forest, duplicateCalls)
    var anyCallReports = false
    for index in 0..<count where forest.kind(index).isModelCall && forest.reportsUsage(index) {
      anyCallReports = true
      counts[index] = !reportsBelow[index] && !isRepeated[index] && !isForeign[index]
    }
    if !anyCallReports { countLowest(forest) }
  }

  /// For each model call the nearest call of its kind above it, no agent or tool between.
  private static func enclosingCalls(_ forest: SpanForest) -> [Int] {
    let unknown = -2
    var nearest = Array(repeating: unknown, count: forest.count)
    var path: [Int] = []
    for start in 0..<forest.count {
      var index = start
      while index != SpanForest.none, nearest[index] == unknown {
        // In a ring of parents the way ends where it began.
        nearest[index] = SpanForest.none
        path.append(index)
        index = forest.parents[index]
      }
      while let index = path.popLast() {
        let parent = forest.parents[index]
        guard parent != SpanForest.none else { continue }
        switch forest.kind(parent) {
        case .llm, .embedding: nearest[index] = parent
        case .agent, .tool: nearest[index] = SpanForest.none
        case .chain, .retriever, .reranker, .guardrail, .evaluator, .other: nearest[index] = nearest[parent]
        }
      }
    }
    for index in nearest.indices where nearest[index] != SpanForest.none {
      if forest.kind(index) != forest.kind(nearest[index]) { nearest[index] = SpanForest.none }
    }
    return nearest
  }

  /// Marks every call above a span that `holds`.
  private static func marks(_ forest: SpanForest, up above: [Int], _ holds: (Int) -> Bool) -> [Bool] {
    var marked = Array(repeating: false, count: forest.count)
    for start in 0..<forest.count where above[start] != SpanForest.none && holds(start) {
      var index = above[start]
      while index != SpanForest.none, !marked[index] {
        marked[index] = true
        index = above[index]
      }
    }
    return marked
  }

  private mutating func markEqualResponses(_ forest: SpanForest, _ duplicateCalls: Set<SpanID>) {
    var winners: [UInt64: Int] = [:]
    for index in 0..<forest.count where forest.kind(index).isModelCall && !isOuter[index] {
      guard let response = forest.spans[forest.order[index]].response else { continue }
      guard let winner = winners[response] else {
        winners[response] = index
        continue
      }
      // The order of the forest is that of start and span ID.
      if forest.speaks(index), !forest.speaks(winner) {
        winners[response] = index
        isRepeated[winner] = true
      } else {
        isRepeated[index] = true
      }
    }
    if duplicateCalls.isEmpty { return }
    for index in 0..<forest.count where !isOuter[index] {
      let winner = forest.spans[forest.order[index]].response.flatMap { winners[$0] } ?? index
      isForeign[index] = duplicateCalls.contains(forest[winner].spanID)
    }
  }

  private mutating func countLowest(_ forest: SpanForest) {
    var reportsBelow = Array(repeating: false, count: forest.count)
    for start in 0..<forest.count where forest.reportsUsage(start) {
      var index = forest.parents[start]
      while index != SpanForest.none, !reportsBelow[index] {
        reportsBelow[index] = true
        index = forest.parents[index]
      }
    }
    for index in 0..<forest.count where forest.reportsUsage(index) { counts[index] = !reportsBelow[index] }
  }
}

extension SpanForest {
  fileprivate func speaks(_ index: Int) -> Bool { spans[order[index]].text.hasMessages }

  fileprivate func reportsUsage(_ index: Int) -> Bool {
    spans[order[index]].tokens != nil || spans[order[index]].cost != nil
  }
}
