import Filters
import Foundation
import Telemetry
import Testing

@testable import Store

/// A filter gives exactly the rows of the whole list for which a plain reading of it holds, in the list's order.
/// `FILTER_STORES` sets how many stores of random traffic are asked.
@Suite struct FilterTests {
  static let stores = UInt64(ProcessInfo.processInfo.environment["FILTER_STORES"] ?? "") ?? 12
  static let filtersPerList = 40

  @Test(arguments: 0..<4) func filtersSelectWhatTheySay(part: UInt64) async throws {
    var asked = 0
    var matched = 0
    for seed in stride(from: part, to: Self.stores, by: 4) {
      var bounds = Limits()
      // One by one, some of them, and all at once.
      bounds.filterTracesOneByOneMax = [bounds.filterTracesOneByOneMax, 3, 0][Int(seed / 4 % 3)]
      try await TemporaryStore.with(limits: bounds) { store, limits in
        var random = SeededGenerator(seed: seed &+ 1_000)
        let sent = FilterTraffic.sent(seed: seed).shuffled(using: &random)
        for request in try sent.requests(limits: limits) { _ = try await store.ingest(request) }
        for list in [FilteredList.sessions, .traces, .users] {
          let keys: [Sort.Key] = [.endTime, .startTime, .tokens, .cost]
          let sort = Sort(key: keys.randomElement(using: &random) ?? .endTime, descending: random.chance(50))
          let rows = try await NaiveRows(store, sort: sort)[list]
          for _ in 0..<Self.filtersPerList {
            let text = FilterTraffic.filter(of: list, rows, &random)
            let syntax = try FilterSyntax.parse(text, limits: limits)
            let wanted = rows.filter { NaiveFilter.holds(syntax, of: $0) }.map(\.id)
            var question = ListQuestion(limit: random.chance(30) ? Int.random(in: 2...9, using: &random) : 500)
            question.sort = sort
            question.wantsTotal = true
            question.filter = try Filter(text, for: list, limits: limits)
            let found = try await Self.walk(list, question, store)
            #expect(found.ids == wanted, "seed \(seed) \(list): \(text)")
            #expect(found.total == Int64(wanted.count), "seed \(seed) \(list): \(text)")
            asked += 1
            if !wanted.isEmpty && wanted.count < rows.count { matched += 1 }
          }
        }
      }
    }
    // Filters that everything or nothing satisfies prove little.
    #expect(matched * 8 > asked, "\(matched) of \(asked) filters tell rows apart")
  }

  /// The IDs of all pages, one after another.
  private static func walk(
    _ list: FilteredList, _ question: ListQuestion, _ store: Store
  ) async throws -> (ids: [String], total: Int64?) {
    var question = question
    var ids: [String] = []
    var total: Int64?
    repeat {
      let (page, count) = try await Self.page(list, question, store)
      ids += page.ids
      total = total ?? count
      question.wantsTotal = false
      question.cursor = page.next
    } while question.cursor != nil
    return (ids, total)
  }

  private static func page(
    _ list: FilteredList, _ question: ListQuestion, _ store: Store
  ) async throws -> ((ids: [String], next: Cursor?), Int64?) {
    switch list {
    case .sessions:
      let page = try await store.sessions(question)
      return ((page.rows.map(\.id.uuid), page.next), page.total)
    case .traces:
      let page = try await store.traces(question)
      return ((page.rows.map(\.id.hex), page.next), page.total)
    case .users:
      let page = try await store.users(question)
      return ((page.rows.map { "\($0.id.text)/\($0.project.text)" }, page.next), page.total)
    case .spans: return (([], nil), nil)
    }
  }

  /// Beyond the time limit the answer says what to narrow; what was asked before stays answerable.
  @Test func aQuestionThatTakesTooLongSaysWhatToNarrow() async throws {
    var limits = Limits()
    limits.questionMillisecondsMax = 0
    try await TemporaryStore.with(limits: limits) { store, limits in
      for request in try FilterTraffic.sent(seed: 3).requests(limits: limits) { _ = try await store.ingest(request) }
      var question = ListQuestion(limit: 5)
      question.filter = try Filter("attributes.env = \"nowhere\"", for: .traces, limits: limits)
      await #expect(throws: StoreError.self) {
        do {
          _ = try await store.traces(question)
        } catch let error as StoreError {
          guard case .interrupted(let text) = error, text.contains("`from`") else { return }
          throw error
        }
      }
    }
  }
}
