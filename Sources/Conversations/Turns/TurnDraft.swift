import Telemetry

/// One turn of a trace, made of its calls (places in the forest, in time order).
struct TurnDraft {
  private let forest: SpanForest
  private let calls: [Int]
  /// The trace has no other turn: the effective root speaks for it.
  private let isOnly: Bool
  private let isLast: Bool
  /// The turn's first call with messages, else its first.
  private let first: Int?
  /// The call whose output ends the turn.
  private let final: Int?
  private(set) var sketch: TurnSketch

  init(_ forest: SpanForest, _ count: CallCount, calls: [Int], isOnly: Bool, isLast: Bool) {
    self.forest = forest
    self.calls = calls
    self.isOnly = isOnly
    self.isLast = isLast
    let spoken = calls.filter { count.speaks($0) }
    first = spoken.first { forest.text($0).hasMessages } ?? calls.first
    final = spoken.last ?? calls.last
    let head = forest.order[isOnly ? forest.root : first ?? forest.root]
    sketch = TurnSketch(
      startTime: forest.spans[head].startTime, endTime: forest.spans[head].endTime, status: .ok,
      spanID: forest.spans[head].spanID)
    sketch.callSpanIDs = calls.filter { !count.isOuter[$0] && !count.isRepeated[$0] }.map { forest.spanID($0) }
    readTimes()
    readHuman()
    readAnswer()
  }

  /// The only turn of a trace lasts as long as the trace, another as long as its calls.
  private mutating func readTimes() {
    for place in isOnly ? forest.order : calls.map({ forest.order[$0] }) {
      sketch.startTime = min(sketch.startTime, forest.spans[place].startTime)
      sketch.endTime = max(sketch.endTime, forest.spans[place].endTime)
    }
  }

  private mutating func readHuman() {
    if isOnly, let human = forest.text(forest.root).human {
      take(human: human, of: forest.root)
    } else if let first, let human = forest.text(first).human {
      take(human: human, of: first)
    } else if !calls.contains(where: { forest.text($0).human != nil }) {
      let source = isOnly && forest.text(forest.root).rawHuman != nil ? forest.root : first
      if let source, let raw = forest.text(source).rawHuman { take(human: raw, of: source) }
    }
  }

  private mutating func take(human: TextPreview, of index: Int) {
    sketch.human = human
    sketch.humanSpanID = forest.spanID(index)
  }

  /// A turn that failed has no AI text, whatever came before it did.
  private mutating func readAnswer() {
    if failed {
      sketch.status = .error
      return
    }
    let callsTools = final.map { forest.text($0).callsTools } ?? false
    if isOnly, let ai = forest.text(forest.root).ai {
      take(ai: ai, of: forest.root)
    } else if let last = calls.last(where: { forest.text($0).ai != nil }), let ai = forest.text(last).ai {
      take(ai: ai, of: last)
    } else if !callsTools {
      let source = isOnly && forest.text(forest.root).rawAI != nil ? forest.root : final
      if let source, let raw = forest.text(source).rawAI { take(ai: raw, of: source) }
    }
    guard sketch.ai == nil else { return }
    if callsTools {
      sketch.status = .toolCalls
    } else if isLast, forest.isUnfinished {
      sketch.status = .pending
    }
  }

  private mutating func take(ai: TextPreview, of index: Int) {
    sketch.ai = ai
    sketch.aiSpanID = forest.spanID(index)
  }

  /// The root answers for the turn, being no call that may yet ask for tools.
  private var rootAnswers: Bool {
    isOnly && forest.kind(forest.root) != .llm && forest.text(forest.root).ai != nil
  }

  /// The root failed, or the last call did and the root answered nothing.
  private var failed: Bool {
    if isLast, forest.isError(forest.root) { return true }
    return rootAnswers ? false : calls.last.map { forest.isError($0) } ?? false
  }

  /// Words that come with a call for tools are no answer yet.
  private var isAnswered: Bool {
    rootAnswers || (sketch.ai != nil && final.map { forest.text($0).callsTools } != true)
  }

  /// nil when the turn is answered, failed, or has no text.
  var openQuestion: OpenQuestion? {
    sketch.status == .error || isAnswered || sketch.human == nil ? nil : question
  }

  /// The question that a call took up again with what tools answered.
  var takenUpQuestion: OpenQuestion? {
    first.map { forest.text($0).endsInToolMessages } == true ? question : nil
  }

  private var question: OpenQuestion? {
    guard let first, let lastUser = forest.text(first).lastUser else { return nil }
    return OpenQuestion(userMessages: forest.text(first).userMessages, lastUser: lastUser)
  }
}

extension SpanForest {
  @inline(__always)
  func text(_ index: Int) -> SpanText { spans[order[index]].text }

  func spanID(_ index: Int) -> SpanID { spans[order[index]].spanID }

  func isError(_ index: Int) -> Bool { spans[order[index]].isError }

  /// The effective root names a parent that is not in the store and not elsewhere, or only announces a span.
  var isUnfinished: Bool {
    let root = order[self.root]
    return spans[root].isPending || isOrphan[self.root] && !spans[root].hasRemoteParent
  }
}
