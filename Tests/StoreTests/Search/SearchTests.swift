import Conversations
import Foundation
import OTLP
import Telemetry
import Testing

@testable import Store

/// What text search answers, compared with a naive search over the same texts.
@Suite struct SearchTests {
  private struct Wanted: Hashable {
    var session: String?
    var chat: Int
    var role: String
    var units: [String]
  }

  @Test(arguments: 0..<10) func findsWhatANaiveSearchFinds(seed: UInt64) async throws {
    let traffic = SearchTraffic(seed: seed, chats: 24)
    var random = SeededGenerator(seed: seed &+ 1_000)
    try await TemporaryStore.with { store, limits in
      for batch in traffic.sent.shuffled(using: &random).chunks(of: 7) { try await store.take(batch, limits) }
      try await store.expectSound()
      for _ in 0..<60 {
        let word = SearchTraffic.words.randomElement(using: &random) ?? ""
        let other = SearchTraffic.words.randomElement(using: &random) ?? ""
        guard !NaiveSearch.units(word).isEmpty, !NaiveSearch.units(other).isEmpty else { continue }
        let simple = word.unicodeScalars.filter { $0 != "\"" }.map { String($0) }.joined()
        let second = other.unicodeScalars.filter { $0 != "\"" }.map { String($0) }.joined()
        // Words with something between them are one phrase only in quotation marks.
        let (one, two) = (Self.quoted(simple), Self.quoted(second))
        let head = String(simple.prefix(max(1, simple.count - 1)))
        let isWord = NaiveSearch.units(head).count == 1 && head.unicodeScalars.allSatisfy { $0.properties.isAlphabetic }
        var queries: [(String, (String) -> Bool)] = [
          (one, { NaiveSearch.holds($0, phrase: simple) }),
          ("\(one) \(two)", { NaiveSearch.holds($0, phrase: simple) && NaiveSearch.holds($0, phrase: second) }),
          ("\"\(simple) \(second)\"", { NaiveSearch.holds($0, phrase: "\(simple) \(second)") }),
          (
            "\(one) OR \(two)", { NaiveSearch.holds($0, phrase: simple) || NaiveSearch.holds($0, phrase: second) }
          ),
          ("\(one) -\(two)", { NaiveSearch.holds($0, phrase: simple) && !NaiveSearch.holds($0, phrase: second) }),
          (
            "\(one) NOT \(two)",
            { NaiveSearch.holds($0, phrase: simple) && !NaiveSearch.holds($0, phrase: second) }
          ),
        ]
        if isWord { queries.append(("\(head)*", { NaiveSearch.holds($0, phrase: head, lastIsPrefix: true) })) }
        for (query, matches) in queries {
          let found = try await Set(store.everything(query, limits).map(Self.wanted))
          let expected = Self.expected(traffic, matches)
          #expect(found.subtracting(expected) == [], "seed \(seed): \(query)")
          #expect(expected.subtracting(found) == [], "seed \(seed): \(query)")
        }
      }
    }
  }

  private static func quoted(_ word: String) -> String {
    NaiveSearch.units(word).count > 1 && word.contains { !$0.isLetter && !$0.isNumber } ? "\"\(word)\"" : word
  }

  private static func wanted(_ row: SearchRow) -> [String] {
    // A chat is told by its trace's number.
    [row.sessionName?.text ?? "", String(row.traceID.hex.dropLast(2)), row.role.name]
  }

  private static func expected(_ traffic: SearchTraffic, _ matches: (String) -> Bool) -> Set<[String]> {
    var expected: Set<[String]> = []
    for (number, chat) in traffic.chats.enumerated() {
      for message in chat.messages where matches(message.text) {
        let hex = String(number, radix: 16)
        expected.insert([chat.session ?? "", String(repeating: "0", count: 30 - hex.count) + hex, message.role])
      }
    }
    return expected
  }

  /// Each message once, in the first trace that says it, with its turn.
  @Test func aMessageIsFoundOnceWhereItWasSaidFirst() async throws {
    try await TemporaryStore.with { store, limits in
      var chat = SearchTraffic.Chat(session: "s")
      chat.messages = [
        ("system", "Be kind."), ("user", "What is a lighthouse?"), ("assistant", "A tower."),
        ("user", "And a lighthouse keeper?"), ("assistant", "Who tends the lighthouse."),
      ]
      chat.turns = [3, 5]
      let sent = chat.turns.enumerated().map { SearchTraffic.turn(chat, 1, $0, carrying: $1) }
      // Late first: what the second turn said is the first's once that arrives.
      try await store.take([sent[1]], limits)
      #expect(try await store.everything("lighthouse", limits).map(\.turn) == [1, 1, 1])
      try await store.take([sent[0]], limits)
      let rows = try await store.everything("lighthouse", limits).sorted {
        ($0.turn ?? 0, $0.role.name) < ($1.turn ?? 0, $1.role.name)
      }
      #expect(rows.map(\.turn) == [1, 2, 2])
      #expect(rows.map(\.role) == [.user, .assistant, .user])
      #expect(try await store.everything("kind", limits).map(\.role) == [.system])
      let snippet = rows[2].snippet.pieces
      #expect(snippet.filter(\.isMarked).map(\.text) == ["lighthouse"])
      #expect(snippet.map(\.text).joined() == "And a lighthouse keeper?")
    }
  }

  @Test func filtersNarrow() async throws {
    let traffic = SearchTraffic(seed: 77, chats: 40)
    try await TemporaryStore.with { store, limits in
      try await store.take(traffic.sent, limits)
      let all = try await store.everything("refund* OR a OR 北京", limits)
      #expect(all.count > 20)
      for row in [all.first, all.last].compactMap({ $0 }) {
        var question = SearchQuestion(try TextQuery("refund* OR a OR 北京", limits: limits), limit: 500)
        question.wantsTotal = true
        question.project = row.project
        var page = try await store.search(question)
        #expect(page.rows.count == all.count { $0.project == row.project } && page.total == Int64(page.rows.count))
        question.role = row.role
        page = try await store.search(question)
        #expect(page.rows.count == all.count { $0.project == row.project && $0.role == row.role })
        question.sessionID = row.sessionID
        page = try await store.search(question)
        #expect(
          page.rows.count
            == all.count {
              $0.project == row.project && $0.role == row.role
                && (row.sessionID == nil || $0.sessionID == row.sessionID)
            })
        question.from = UnixNanoseconds(row.time.value)
        page = try await store.search(question)
        #expect(page.rows.allSatisfy { $0.time.value + 500_000 >= row.time.value })
      }
    }
  }

  @Test(arguments: 0..<4) func pagesTogetherAreTheWhole(seed: UInt64) async throws {
    let traffic = SearchTraffic(seed: seed, chats: 60)
    try await TemporaryStore.with { store, limits in
      try await store.take(traffic.sent, limits)
      var question = SearchQuestion(try TextQuery("a OR an OR refund* OR 北京", limits: limits), limit: 500)
      let whole = try await store.search(question).rows.map { "\($0)" }
      question.limit = 7
      var pages: [String] = []
      repeat {
        let page = try await store.search(question)
        pages += page.rows.map { "\($0)" }
        question.cursor = page.next
      } while question.cursor != nil
      #expect(pages == whole && whole.count > 30)
    }
  }

  @Test func listsAreFilteredByTheirMessages() async throws {
    let traffic = SearchTraffic(seed: 5, chats: 30)
    try await TemporaryStore.with { store, limits in
      try await store.take(traffic.sent, limits)
      for query in ["invoice", "北京", "étude", "\"a an\""] {
        var question = ListQuestion(limit: 500)
        question.wantsTotal = true
        question.text = try TextQuery(query, limits: limits)
        let plain = query.replacingOccurrences(of: "\"", with: "")
        var sessions: Set<String> = []
        var traces = 0
        for chat in traffic.chats {
          for count in chat.turns
          where chat.messages.prefix(count).contains(where: { NaiveSearch.holds($0.text, phrase: plain) }) {
            traces += 1
            if let session = chat.session { sessions.insert(session) }
          }
        }
        let found = try await store.sessions(question)
        #expect(Set(found.rows.map(\.name.text)) == sessions && found.total == Int64(sessions.count))
        #expect(try await store.traces(question).total == Int64(traces), "\(query)")
      }
    }
  }

  @Test func oddQueriesAreReadOrRefusedClearly() throws {
    let limits = Limits()
    for text in [
      "a OR", "OR a", "AND", "NOT", "a NOT", "(a", "a)", "a*b*", "*a", "col:a", "a AND OR b", "NEAR(a b)", "'a", "^a",
      "a--b", "{a}",
    ] {
      #expect(throws: Never.self) { try TextQuery(text, limits: limits) }
    }
    func refusal(_ text: String) -> String {
      do throws(TextQueryError) {
        _ = try TextQuery(text, limits: limits)
        return ""
      } catch {
        return error.detail
      }
    }
    #expect(refusal("ab \"cd").contains("character 4"))
    #expect(refusal("?!").contains("no word"))
    #expect(refusal("-a").contains("no word"))
    #expect(refusal("a OR -b").contains("OR"))
    #expect(refusal(String(repeating: "a ", count: 600)).contains("1000 bytes"))
    #expect(refusal((0..<40).map { "w\($0)" }.joined(separator: " ")).contains("32 words"))
  }
}

extension Store {
  /// Every message that a query finds.
  func everything(_ query: String, _ limits: Limits) async throws -> [SearchRow] {
    try await search(SearchQuestion(TextQuery(query, limits: limits), limit: 500)).rows
  }
}

extension Array {
  func chunks(of count: Int) -> [[Element]] {
    stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
  }
}
