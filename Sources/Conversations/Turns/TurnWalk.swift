import Telemetry

/// The turns of one trace.
///
/// - An effective root with text of its own makes the trace one turn: what was told to models below it is no one's
///   words but the program's.
/// - Else the trace's LLM spans are walked in time order and parted where the conversation went on.
/// - A trace of embeddings, retrievals and tools alone, and one whose every call another trace counts, is no turn.
struct TurnWalk {
  private(set) var sketches: [TurnSketch] = []
  private(set) var opens: OpenQuestion?
  private(set) var continues: OpenQuestion?

  private let forest: SpanForest
  private let count: CallCount

  init(_ forest: SpanForest, _ count: CallCount) {
    self.forest = forest
    self.count = count
    let spoken = (0..<forest.count).filter { forest.kind($0) == .llm }
    let calls = spoken.filter { !count.isForeign[$0] }
    // Every call is another trace's.
    if !spoken.isEmpty, calls.allSatisfy({ count.isOuter[$0] }) { return }
    let root = forest[forest.root]
    let groups: [[Int]]
    if root.text.human != nil || root.text.ai != nil {
      guard !calls.isEmpty || !isQuiet else { return }
      groups = [calls]
    } else if !calls.isEmpty {
      groups = split(calls)
    } else if root.kind == .chain || root.kind == .agent, root.text.rawHuman != nil || root.text.rawAI != nil {
      groups = [[]]
    } else {
      return
    }
    let drafts = groups.enumerated().map {
      TurnDraft(forest, count, calls: $1, isOnly: groups.count == 1, isLast: $0 == groups.count - 1)
    }
    sketches = drafts.map(\.sketch)
    opens = drafts.last?.openQuestion
    continues = drafts.first?.takenUpQuestion
  }

  /// Embeddings, retrievals and tools alone are no exchange, whatever text their spans hold.
  private var isQuiet: Bool {
    guard forest.kind(forest.root).isQuiet else { return false }
    return !(0..<forest.count).contains { forest.kind($0) == .chain || forest.kind($0) == .agent }
  }

  /// Parts the calls of a trace whose root says nothing: a call begins a new turn when the conversation went on since
  /// the call before, and its last user message is another one and was no earlier call's last at the same place.
  private func split(_ calls: [Int]) -> [[Int]] {
    var groups: [[Int]] = [[]]
    var previous: OpenQuestion?
    var asked: Set<OpenQuestion> = []
    for call in calls {
      let text = forest.text(call)
      if let lastUser = text.lastUser, count.speaks(call) {
        let question = OpenQuestion(userMessages: text.userMessages, lastUser: lastUser)
        if let previous, question.lastUser != previous.lastUser, !asked.contains(question), text.goesOn(from: previous)
        {
          groups.append([])
        }
        previous = question
        asked.insert(question)
      }
      groups[groups.count - 1].append(call)
    }
    return groups
  }
}

extension SpanText {
  /// More user messages went in than before; or as many or fewer, as a client does that trims its history, but the last
  /// one follows the one before. What is told to a sub-agent does neither.
  fileprivate func goesOn(from previous: OpenQuestion) -> Bool {
    userMessages > previous.userMessages || previousUser == previous.lastUser
  }
}

extension CallCount {
  /// Its messages are not said again by a call below it or by the same call in another span.
  func speaks(_ call: Int) -> Bool {
    !(isOuter[call] && speaksBelow[call]) && !isRepeated[call]
  }
}
