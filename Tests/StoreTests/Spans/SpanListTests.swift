import Conversations
import Foundation
import OTLP
import SQLite
import Telemetry
import Testing

@testable import Store

/// Lists of spans agree with a naive evaluation, whatever is asked. `SPAN_QUESTIONS` sets how many questions each seed is
/// asked.
@Suite struct SpanListTests {
  static let questions = Int(ProcessInfo.processInfo.environment["SPAN_QUESTIONS"] ?? "") ?? 60

  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64]) func listsAgreeWithANaiveEvaluation(seed: UInt64) async throws {
    try await TemporaryStore.with { store, limits in
      try await store.take(SpanTraffic.sent(seed: seed, sessions: 9), limits)
      try await store.bookmarkSomeSessions()
      let naive = try await NaiveSpans(store)
      #expect(naive.spans.contains { $0.facts.endTime < $0.facts.startTime })
      #expect(naive.spans.contains { $0.facts.isPending })
      var random = SeededGenerator(seed: seed)
      for number in 0..<Self.questions {
        var question = RandomQuestion.make(naive, &random)
        question.wantsTotal = true
        let expected = naive.list(question)
        #expect(try await store.spans(question).total == Int64(expected.count), "seed \(seed), question \(number)")
        question.wantsTotal = false
        let rows = try await store.walk(question)
        #expect(rows.map(SpanName.init) == expected.map(SpanName.init), "seed \(seed), \(number): \(question)")
        for (row, span) in zip(rows, expected) { check(row, span) }
      }
    }
  }

  private func check(_ row: SpanRow, _ span: NaiveSpans.Span) {
    let facts = span.facts
    #expect(row.parentID == facts.parentSpanID && row.name == facts.name && row.kind == facts.kind)
    #expect(row.startTime == facts.startTime && row.endTime == facts.endTime)
    #expect(row.project == span.trace.project && row.sessionID == span.trace.sessionID)
    #expect(row.sessionName == span.trace.sessionName && row.userID == span.trace.userID)
    #expect(row.status == NaiveSpans.status(facts) && row.statusCode == facts.statusCode)
    #expect(row.model == facts.model && row.service == facts.serviceName && row.cost == facts.cost)
    #expect(row.tokens?.total == NaiveSpans.tokens(facts) && row.tokens?.input == facts.tokens?.input)
    #expect(Set(row.tags) == Set(facts.tags) && (row.metadata == nil) == facts.metadata.isEmpty)
    if let human = facts.text.human ?? facts.text.rawHuman { #expect(row.input == human.text) }
    if let answer = facts.text.ai ?? facts.text.rawAI { #expect(row.output == answer.text) }
  }

  /// While spans arrive, a walk gives each span that was there before and did not change exactly once.
  @Test(arguments: Sort.Key.allCases) func walkingWhileDataArrivesGivesEachRowOnce(key: Sort.Key) async throws {
    for (seed, descending) in [(UInt64(21), true), (22, false)] {
      try await TemporaryStore.with { store, limits in
        let sent = SpanTraffic.sent(seed: seed, sessions: 6)
        let early = sent.indices.filter { $0 % 3 != 0 }.map { sent[$0] }
        var late = sent.indices.filter { $0 % 3 == 0 }.map { sent[$0] }[...]
        try await store.take(early, limits)
        let before = try await NaiveSpans(store)
        var question = ListQuestion(limit: 4)
        question.sort = Sort(key: key, descending: descending)
        let rows = try await store.walk(question) {
          try await store.take(Array(late.prefix(6)), limits)
          late = late.dropFirst(6)
        }
        let after = Dictionary(
          try await NaiveSpans(store).spans.map { (SpanName($0), $0) }, uniquingKeysWith: { a, _ in a })
        let counts = rows.reduce(into: [SpanName: Int]()) { $0[SpanName($1), default: 0] += 1 }
        for span in before.spans {
          let same = after[SpanName(span)].map { sortsTheSame($0.facts, span.facts, key) } ?? false
          if same { #expect(counts[SpanName(span)] == 1, "\(key) \(descending) \(SpanName(span))") }
        }
      }
    }
  }

  private func sortsTheSame(_ a: SpanFacts, _ b: SpanFacts, _ key: Sort.Key) -> Bool {
    SpanRank.value(of: a, by: key) == SpanRank.value(of: b, by: key)
  }

  @Test func aQuestionThatTakesTooLongSaysWhatToNarrow() async throws {
    var limits = Limits()
    limits.questionMillisecondsMax = 0
    try await TemporaryStore.with(limits: limits) { store, limits in
      try await store.take(SpanTraffic.sent(seed: 3), limits)
      let error = await #expect(throws: StoreError.self) { _ = try await store.spans(ListQuestion(limit: 50)) }
      guard case .interrupted(let detail)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(detail.contains("narrow it by"))
    }
  }

  @Test func textsAreCutAndEachKindShowsWhatWentInAndOut() async throws {
    try await TemporaryStore.with { store, limits in
      try await store.take(SpanTraffic.sent(seed: 5, sessions: 8), limits)
      let rows = try await store.walk(ListQuestion(limit: 100))
      #expect(rows.contains { $0.kind == .llm && $0.input != nil && $0.output != nil })
      for text in rows.flatMap({ [$0.input, $0.output] }) {
        #expect((text ?? "").unicodeScalars.count <= limits.listTextScalarsMax)
      }
    }
  }
}

extension Store {
  func bookmarkSomeSessions() async throws {
    try await writer.run(while: "bookmarking") { committer in
      try committer.database.connection.execute(
        """
        INSERT INTO session_note (project, name, bookmarked)
        SELECT p.name, s.name, s.session_key % 2 FROM session s JOIN project p ON p.project_key = s.project_key
        WHERE s.session_key % 3 <> 0
        """)
    }
  }
}

/// Questions of a few random conditions, with values that occur and some that don't.
enum RandomQuestion {
  static func make(_ naive: NaiveSpans, _ random: inout SeededGenerator) -> ListQuestion {
    var question = ListQuestion(limit: [1, 2, 3, 7, 20, 500].randomElement(using: &random) ?? 5)
    let key = Sort.Key.allCases.randomElement(using: &random) ?? .endTime
    question.sort = Sort(key: key, descending: random.chance(50))
    narrow(&question, naive, &random)
    return question
  }

  static func narrow(_ question: inout ListQuestion, _ naive: NaiveSpans, _ random: inout SeededGenerator) {
    func span() -> NaiveSpans.Span? { naive.spans.randomElement(using: &random) }
    for _ in 0..<Int(random.next() % 3) {
      switch random.next() % 13 {
      case 0: question.project = random.chance(10) ? ProjectName("nowhere") : span()?.trace.project
      case 1: question.userID = random.chance(10) ? UserID("nobody") : span()?.trace.userID
      case 2: question.sessionID = span()?.trace.sessionID
      case 3: question.sessionName = random.chance(10) ? SessionName("none") : span()?.trace.sessionName
      case 4: question.from = random.chance(50) ? span()?.facts.endTime : span()?.facts.startTime
      case 5: question.to = random.chance(50) ? span()?.facts.startTime : span()?.facts.endTime
      case 6: question.status = RowStatus.allCases.randomElement(using: &random)
      case 7: question.model = random.chance(10) ? "unheard-of" : span()?.facts.model
      case 8: question.tag = random.chance(10) ? "z" : span()?.facts.tags.first
      case 9: question.service = random.chance(10) ? "other" : "chatbot"
      case 10: question.minDurationMilliseconds = span().map { NaiveSpans.duration($0.facts) / 1e6 }
      case 11: question.minTokens = span().flatMap { NaiveSpans.tokens($0.facts) }
      default: question.bookmarked = random.chance(50)
      }
    }
  }
}
