package import Telemetry

extension TraceSummary {
  /// Summarises the spans of one trace, given in any order. `duplicateCalls`: its calls that another trace of the
  /// session counts. nil without spans.
  package init?(resolving spans: [SpanFacts], duplicateCalls: Set<SpanID> = []) {
    guard let forest = SpanForest(spans) else { return nil }
    let root = forest[forest.root]
    let identity = TraceIdentity(forest)
    let labels = TraceLabels(forest)
    let count = CallCount(forest, duplicateCalls: duplicateCalls)
    let turns = TurnWalk(forest, count)
    var endTime = root.endTime
    var errorCount: Int64 = 0
    var hasReversedSpan = false
    for place in forest.order {
      endTime = max(endTime, forest.spans[place].endTime)
      if forest.spans[place].isError { errorCount += 1 }
      if forest.spans[place].endTime < forest.spans[place].startTime { hasReversedSpan = true }
    }
    self.init(project: identity.project, rootSpanID: root.spanID, startTime: forest[0].startTime)
    session = identity.session
    user = identity.user
    name = root.name
    self.endTime = endTime
    spanCount = Int64(forest.count)
    self.errorCount = errorCount
    self.hasReversedSpan = hasReversedSpan
    services = labels.services
    tags = labels.tags
    metadata = labels.metadata
    self.turns = turns.sketches
    opens = turns.opens
    continues = turns.continues
    status = Self.status(turns.sketches.last, root, isPending: forest.isUnfinished)
    calls = Self.calls(forest, count)
    readModels(forest, count)
    addUsage(forest, count)
    warnings = Self.warnings(forest, count, identity)
  }

  private init(project: Evidence<ProjectName>, rootSpanID: SpanID, startTime: UnixNanoseconds) {
    self.project = project
    self.rootSpanID = rootSpanID
    self.startTime = startTime
    name = ""
    endTime = startTime
    spanCount = 0
    errorCount = 0
    status = .ok
    models = []
    services = []
    tags = []
    turns = []
    calls = []
    warnings = []
  }

  private static func status(_ lastTurn: TurnSketch?, _ root: SpanFacts, isPending: Bool) -> TraceStatus {
    if lastTurn?.status == .error { return .error }
    if isPending { return .pending }
    return lastTurn == nil && root.isError ? .error : .ok
  }

  private static func calls(_ forest: SpanForest, _ count: CallCount) -> [CallIdentity] {
    (0..<forest.count).compactMap { index in
      guard forest.kind(index).isModelCall, !count.isOuter[index], !count.isRepeated[index],
        let response = forest.spans[forest.order[index]].response
      else { return nil }
      let span = forest[index]
      return CallIdentity(
        spanID: span.spanID, response: response, hasMessages: span.text.hasMessages, startTime: span.startTime)
    }
  }

  /// Of the model calls; where those name none, of any span.
  private mutating func readModels(_ forest: SpanForest, _ count: CallCount) {
    let named = (0..<forest.count).filter { forest.spans[forest.order[$0]].model != nil }
    let calls = named.filter { forest.kind($0).isModelCall && !count.isOuter[$0] }
    var last: String?
    var lastLLM: String?
    var distinct = DistinctTexts()
    for index in calls.isEmpty ? named : calls {
      guard let model = forest.spans[forest.order[index]].model else { continue }
      _ = distinct.insert(model)
      last = model
      if forest.kind(index) == .llm { lastLLM = model }
    }
    model = lastLLM ?? last
    models = distinct.sorted
  }

  private mutating func addUsage(_ forest: SpanForest, _ count: CallCount) {
    for (index, place) in forest.order.enumerated() where count.counts[index] {
      if let used = forest.spans[place].tokens { tokens = (tokens ?? TokenCounts()) + used }
      cost = PicoDollars.sum(cost, forest.spans[place].cost)
    }
  }

  private static func warnings(
    _ forest: SpanForest, _ count: CallCount, _ identity: TraceIdentity
  ) -> [Warning] {
    var warnings: [Warning] = []
    var dropped: UInt64 = 0
    var lacksModel = false
    for (index, place) in forest.order.enumerated() {
      dropped += UInt64(forest.spans[place].droppedAttributesCount)
      if count.counts[index], forest.spans[place].tokens != nil, forest.spans[place].model == nil { lacksModel = true }
    }
    if dropped > 0 { warnings.append(.attributesDropped(count: dropped)) }
    if !identity.disagreeingKeys.isEmpty { warnings.append(.sessionKeysDisagree(keys: identity.disagreeingKeys)) }
    if forest.isOrphan[forest.root], !forest[forest.root].hasRemoteParent { warnings.append(.orphanRoot) }
    if lacksModel { warnings.append(.usageWithoutModel) }
    return warnings
  }
}
