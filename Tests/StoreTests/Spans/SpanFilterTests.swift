import Conversations
import Filters
import Foundation
import Telemetry
import Testing

@testable import Store

/// `filter` and `q` of the list of spans select what a plain reading of them does, whatever else is asked, however it is
/// ordered and paged. `SPAN_QUESTIONS` sets how many questions each seed is asked.
@Suite struct SpanFilterTests {
  static let questions = Int(ProcessInfo.processInfo.environment["SPAN_QUESTIONS"] ?? "") ?? 45

  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func filtersSelectWhatTheySay(seed: UInt64) async throws {
    var asked = 0
    var matched = 0
    var said = 0
    var bounds = Limits()
    if seed % 2 == 0 { bounds.filterTracesOneByOneMax = 3 }
    try await TemporaryStore.with(limits: bounds) { store, limits in
      var random = SeededGenerator(seed: seed &+ 500)
      let sent = FilterTraffic.sent(seed: seed, sessions: 5) + SpanTraffic.sent(seed: seed &+ 70, sessions: 4)
      for batch in sent.shuffled(using: &random).chunks(of: 9) { try await store.take(batch, limits) }
      try await store.bookmarkSomeSessions()
      let naive = try await NaiveSpans(store)
      let filters = try await NaiveSpanFilter(store)
      #expect(filters.rows.count == naive.spans.count)
      for number in 0..<Self.questions {
        var question = RandomQuestion.make(naive, &random)
        if random.chance(40) { question = ListQuestion(limit: question.limit) }
        var syntax: FilterSyntax?
        var text = ""
        if random.chance(85) {
          text = FilterTraffic.filter(of: .spans, filters.all, &random)
          syntax = try FilterSyntax.parse(text, limits: limits)
          question.filter = try Filter(text, for: .spans, limits: limits)
        }
        let phrases = random.chance(30) ? filters.phrases(&random) : []
        if !phrases.isEmpty {
          question.text = try TextQuery(
            phrases.map { "\"\($0)\"" }.joined(separator: " OR "), limits: limits)
        }
        let candidates = naive.list(question)
        let wanted = filters.choose(candidates, syntax, phrases: phrases)
        question.wantsTotal = true
        let total = try await store.spans(question).total
        question.wantsTotal = false
        let found = try await store.walk(question)
        #expect(total == Int64(wanted.count), "seed \(seed), \(number): \(text) \(phrases)")
        #expect(found.map(SpanName.init) == wanted.map(SpanName.init), "seed \(seed), \(number): \(text) \(phrases)")
        asked += 1
        if !wanted.isEmpty, wanted.count < candidates.count { matched += 1 }
        if !wanted.isEmpty, !phrases.isEmpty { said += 1 }
      }
    }
    // Questions that everything or nothing satisfies prove little.
    #expect(matched * 8 > asked && said > 0, "\(matched) of \(asked) filters tell spans apart, \(said) have words")
  }

  /// A long value is not in the outline: the payload tells, also below NOT and beside what the outline tells.
  @Test func valuesThatOutlinesLeaveOutAreReadWhole() async throws {
    try await TemporaryStore.with { store, limits in
      try await store.take(SpanTraffic.sent(seed: 2, sessions: 20), limits)
      let all = try await store.walk(ListQuestion(limit: 500)).count
      func count(_ text: String) async throws -> Int {
        var question = ListQuestion(limit: 3)
        question.filter = try Filter(text, for: .spans, limits: limits)
        return try await store.walk(question).count
      }
      let key = #"attributes."odd key \"\\.""#
      let long = try await count("\(key) = \"\(String(repeating: "x", count: 300))\"")
      let other = try await count("\(key) = \"y\"")
      #expect(long > 0 && other > 0)
      #expect(try await count("\(key):xxx") == long)
      #expect(try await count("\(key):*") == long + other)
      #expect(try await count("NOT \(key):xxx") == all - long)
      #expect(try await count("\(key) = null") == all - long - other)
    }
  }

  @Test func wordsNeedTheIndex() async throws {
    try await TemporaryStore.folder { path in
      let store = try Store.open(
        Store.Configuration(path: path, limits: Limits(), conventions: Conventions(), searches: false))
      try await store.take(SpanTraffic.sent(seed: 1), Limits())
      var question = ListQuestion(limit: 5)
      question.text = try TextQuery("question", limits: Limits())
      let error = await #expect(throws: StoreError.self) { _ = try await store.spans(question) }
      guard case .switchedOff? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      await store.close()
    }
  }
}
