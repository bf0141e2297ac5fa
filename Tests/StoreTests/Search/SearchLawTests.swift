import Conversations
import Foundation
import OTLP
import SQLite
import Telemetry
import Testing

@testable import Store

/// Search is a function of the set of stored spans: whatever the order, whatever moved, whatever was deleted.
@Suite struct SearchLawTests {
  /// Traces whose root, which alone names the session, comes last, or first, or whose span changes its words.
  private static func traffic(_ seed: UInt64) -> [Sent] {
    var random = SeededGenerator(seed: seed)
    var sent = SearchTraffic(seed: seed, chats: 12).sent
    for number in 0..<12 {
      let trace = UInt64(0x1000 + number)
      let start = 1_795_000_000_000_000_000 + UInt64(number % 4) * 1_000_000
      let text = SearchTraffic.text(&random)
      let call: [(String, String)] = [
        ("openinference.span.kind", "LLM"), ("llm.input_messages.0.message.role", "user"),
        ("llm.input_messages.0.message.content", text), ("llm.output_messages.0.message.role", "assistant"),
        ("llm.output_messages.0.message.content", "again the refund"),
      ]
      sent.append(SearchTraffic.span(number: trace, start: start + 10, call, project: "shop", span: 1, parent: 2))
      let root = [("session.id", "chat \(number % 5)"), ("input.value", random.chance(50) ? text : "other words")]
      sent.append(SearchTraffic.span(number: trace, start: start, root, project: "shop", span: 2))
      if random.chance(40) {
        // A later version of the same span, longer by an attribute: it wins.
        var other = root
        other[1].1 = SearchTraffic.text(&random)
        if random.chance(50) { other[0].1 = "chat \(number % 3)" }
        other.append(("tag.tags", "x"))
        sent.append(SearchTraffic.span(number: trace, start: start + 5, other, project: "shop", span: 2))
      }
    }
    return sent
  }

  private static func answers(_ store: Store) async throws -> String {
    var lines: [String] = []
    for query in ["a OR an OR and", "refund*", "北京", "\"again the refund\"", "other -words", "ключ OR елка OR ab*"] {
      var question = SearchQuestion(try TextQuery(query, limits: Limits()), limit: 500)
      question.wantsTotal = true
      let page = try await store.search(question)
      lines.append("\(query) \(page.total ?? -1)")
      lines += page.rows.map { "\($0)" }
    }
    return lines.joined(separator: "\n")
  }

  @Test(arguments: 0..<24) func anyOrderGivesTheSameAnswers(seed: UInt64) async throws {
    let sent = Self.traffic(seed / 4)
    let reference = try await TemporaryStore.with { store, limits in
      try await store.take(sent, limits)
      return try await Self.answers(store)
    }
    var random = SeededGenerator(seed: seed)
    try await TemporaryStore.with { store, limits in
      for batch in sent.shuffled(using: &random).chunks(of: Int.random(in: 1...20, using: &random)) {
        try await store.take(batch, limits)
        if random.chance(20) { try await store.purge() }
      }
      try await store.expectSound()
      #expect(try await Self.answers(store) == reference, "seed \(seed)")
      try await store.purge()
      try await store.expectSound()
      #expect(try await Self.answers(store) == reference, "seed \(seed), purged")
    }
  }

  /// What is left after a deletion is what would be there if the deleted traces had never been sent.
  @Test(arguments: 0..<16) func deletingLeavesWhatNeverKnewIt(seed: UInt64) async throws {
    let sent = Self.traffic(seed)
    var random = SeededGenerator(seed: seed)
    let doomed = Set(try sent.traceIDs().filter { _ in random.chance(40) })
    let rest = try sent.filter { !doomed.contains(try $0.traceID()) }
    let expected = try await TemporaryStore.with { store, limits in
      try await store.take(rest, limits)
      return try await Self.answers(store)
    }
    try await TemporaryStore.with { store, limits in
      for batch in sent.shuffled(using: &random).chunks(of: 5) { try await store.take(batch, limits) }
      for traceID in doomed { _ = try await store.delete(trace: traceID) }
      #expect(try await Self.answers(store) == expected, "seed \(seed), at once")
      try await store.purge()
      #expect(try await Self.answers(store) == expected, "seed \(seed), purged")
      try await store.expectSound()
      let left = try await store.writer.run(while: "counting") {
        try $0.database.connection.integer("SELECT count(*) FROM search_purge")
      }
      #expect(left == 0)
    }
  }

  /// A word that only deleted sessions hold is nowhere in the file and its log, in either case.
  @Test(arguments: 0..<6) func aDeletedWordIsNowhere(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    try await TemporaryStore.folder { path in
      let limits = Limits()
      let store = try Store.open(.init(path: path, limits: limits, conventions: Conventions()))
      var sent = SearchTraffic(seed: seed, chats: 40).sent
      for number in 0..<20 {
        var chat = SearchTraffic.Chat(session: "doomed \(number)")
        chat.messages = [("user", "Zyzzyva\(number)plum \(SearchTraffic.text(&random))"), ("assistant", "zyzzyvagage")]
        sent.append(SearchTraffic.turn(chat, 500 + number, 0, carrying: 2))
      }
      for batch in sent.shuffled(using: &random).chunks(of: 3) { try await store.take(batch, limits) }
      #expect(Self.file(path, holds: "zyzzyva"))
      let before = try await store.everything("a OR an OR refund*", limits).filter {
        $0.sessionName?.text.hasPrefix("doomed") != true
      }
      for row in try await store.sessions(ListQuestion(limit: 500)).rows where row.name.text.hasPrefix("doomed") {
        _ = try await store.delete(session: row.id)
      }
      #expect(try await store.everything("zyzzyva*", limits).isEmpty)
      try await store.purge()
      #expect(!Self.file(path, holds: "zyzzyva"))
      let after = try await store.everything("a OR an OR refund*", limits)
      #expect(
        Set(after.map { "\($0.traceID)\($0.role)\($0.snippet)" })
          == Set(before.map { "\($0.traceID)\($0.role)\($0.snippet)" }))
      try await store.expectSound()
      await store.close()
    }
  }

  private static func file(_ path: String, holds text: String) -> Bool {
    [path, path + "-wal"].contains { path in
      guard let bytes = FileManager.default.contents(atPath: path) else { return false }
      let lower = Data(bytes.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 })
      return lower.range(of: Data(text.utf8)) != nil
    }
  }

  @Test func damageIsNamedAndRepaired() async throws {
    try await TemporaryStore.with { store, limits in
      try await store.take(Self.traffic(3), limits)
      let before = try await Self.answers(store)
      for damage in [
        "UPDATE message SET trace_key = trace_key + 1 WHERE message_key = (SELECT min(message_key) FROM message)",
        "DELETE FROM message WHERE message_key = (SELECT max(message_key) FROM message)",
        "DELETE FROM trace_message WHERE trace_key = (SELECT max(trace_key) FROM trace_message)",
        "UPDATE search_segment SET lengths = x''", "UPDATE search_block SET data = x'0001610101'",
        "DELETE FROM search_block",
      ] {
        try await store.writer.run(while: "damaging") { try $0.database.connection.execute(damage) }
        let report = try await store.verify(repair: true)
        #expect(
          !report.drifts.isEmpty && report.drifts.allSatisfy { $0.kind == "message" }, "\(damage) \(report.drifts)")
        try await store.expectSound()
        #expect(try await Self.answers(store) == before, "\(damage)")
      }
    }
  }

  /// Off, then on, then off: built in steps while requests come, and gone again.
  @Test func turningItOnBuildsItAndOffRemovesIt() async throws {
    try await TemporaryStore.folder { path in
      let limits = Limits()
      var configuration = Store.Configuration(path: path, limits: limits, conventions: Conventions(), searches: false)
      let sent = Self.traffic(9)
      let off = try Store.open(configuration)
      try await off.take(Array(sent.prefix(40)), limits)
      await #expect(throws: StoreError.self) { try await off.everything("refund", limits) }
      await off.close()
      configuration.searches = true
      let on = try Store.open(configuration)
      async let built: Void = on.prepareSearch()
      try await on.take(Array(sent.dropFirst(40)), limits)
      try await built
      try await on.expectSound()
      let answers = try await Self.answers(on)
      let reference = try await TemporaryStore.with { store, limits in
        try await store.take(sent, limits)
        return try await Self.answers(store)
      }
      #expect(answers == reference)
      await on.close()
      configuration.searches = false
      let again = try Store.open(configuration)
      await #expect(throws: StoreError.self) { try await again.everything("refund", limits) }
      try await again.prepareSearch()
      let left = try await again.writer.run(while: "counting") { committer in
        try SearchIndex.tables.map { try committer.database.connection.integer("SELECT count(*) FROM \($0)") ?? 0 }
      }
      #expect(left.allSatisfy { $0 == 0 })
      await again.close()
    }
  }

  /// A query of many segments, joined and not.
  @Test func segmentsJoin() async throws {
    try await TemporaryStore.with { store, limits in
      for number in 0..<200 {
        var chat = SearchTraffic.Chat(session: "s\(number % 10)")
        chat.messages = [("user", "common word\(number) 北京"), ("assistant", "answer \(number)")]
        try await store.take([SearchTraffic.turn(chat, number, 0, carrying: 2)], limits)
      }
      let segments = try await store.writer.run(while: "counting") {
        try $0.database.connection.integer("SELECT count(*) FROM search_segment") ?? 0
      }
      #expect(segments < 24)
      #expect(try await store.everything("common", limits).count == 200)
      #expect(try await store.everything("word7", limits).count == 1)
      #expect(try await store.everything("\"word7 北京\"", limits).count == 1)
      #expect(try await store.everything("word7*", limits).count == 11)
      try await store.expectSound()
    }
  }
}
