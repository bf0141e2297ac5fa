import Conversations
import Filters
import Telemetry
import Testing

@testable import Store

/// Walking all pages of a list while data arrives gives each row whose sort value did not change exactly once.
@Suite struct WalkTests {
  enum List: String, CaseIterable, Sendable { case projects, sessions, traces, users }

  struct Place: Hashable {
    var id: String
    var value: Int64?
  }

  @Test(arguments: List.allCases) func everyRowThatStaysPutComesOnce(list: List) async throws {
    for seed in 0..<12 as Range<UInt64> {
      try await TemporaryStore.with { store, limits in
        var random = SeededGenerator(seed: seed &+ 77)
        var waiting = FilterTraffic.sent(seed: seed, sessions: 9).shuffled(using: &random)
        let first = Array(waiting.prefix(waiting.count / 2))
        waiting.removeFirst(first.count)
        for request in try first.requests(limits: limits) { _ = try await store.ingest(request) }
        var question = ListQuestion(limit: Int.random(in: 1...3, using: &random))
        let keys: [Sort.Key] = list == .projects ? [.endTime] : [.endTime, .startTime, .tokens, .cost]
        question.sort = Sort(key: keys.randomElement(using: &random) ?? .endTime, descending: random.chance(70))
        if let filters = Self.filters[list], random.chance(60), let filter = filters.randomElement(using: &random) {
          question.filter = try Filter(filter.0, for: filter.1, limits: limits)
        }
        var still = try await Self.everything(list, question, store)
        var seen: [String] = []
        while true {
          let (rows, next) = try await Self.page(list, question, store)
          seen += rows.map(\.id)
          guard let next else { break }
          question.cursor = next
          let arriving = Array(waiting.prefix(Int.random(in: 0...8, using: &random)))
          waiting.removeFirst(arriving.count)
          for request in try arriving.requests(limits: limits) { _ = try await store.ingest(request) }
          still.formIntersection(try await Self.everything(list, question, store))
        }
        for place in still {
          let count = seen.count { $0 == place.id }
          #expect(count == 1, "seed \(seed) \(list) \(question.sort): \(place) came \(count) times")
        }
      }
    }
  }

  private static let filters: [List: [(String, FilteredList)]] = [
    .sessions: [("span_count > 2", .sessions), ("attributes.\"llm.model_name\":*", .sessions)],
    .traces: [("NOT attributes.env = \"prod\"", .traces), ("metadata.turn:*", .traces), ("user_id != null", .traces)],
    .users: [("trace_count > 1", .users), ("attributes.\"llm.token_count.prompt\" > 10", .users)],
  ]

  /// Every row of the list with its place in the order.
  private static func everything(_ list: List, _ question: ListQuestion, _ store: Store) async throws -> Set<Place> {
    var all = question
    all.cursor = nil
    all.limit = 500
    return Set(try await page(list, all, store).rows)
  }

  private static func page(
    _ list: List, _ question: ListQuestion, _ store: Store
  ) async throws -> (rows: [Place], next: Cursor?) {
    let key = question.sort.key
    switch list {
    case .projects:
      let page = try await store.projects(question)
      return (page.rows.map { Place(id: $0.name.text, value: $0.lastSeen.stored) }, page.next)
    case .sessions:
      let page = try await store.sessions(question)
      let rows = page.rows.map { row in
        Place(
          id: row.id.uuid, value: value(key, row.startTime, row.endTime, row.tokens?.total, row.cost?.value))
      }
      return (rows, page.next)
    case .traces:
      let page = try await store.traces(question)
      let rows = page.rows.map { row in
        Place(id: row.id.hex, value: value(key, row.startTime, row.endTime, row.tokens?.total, row.cost?.value))
      }
      return (rows, page.next)
    case .users:
      let page = try await store.users(question)
      let rows = page.rows.map { row in
        Place(
          id: "\(row.id.text)/\(row.project.text)",
          value: value(key, row.firstSeen, row.lastSeen, row.tokens?.total, row.cost?.value))
      }
      return (rows, page.next)
    }
  }

  private static func value(
    _ key: Sort.Key, _ start: UnixNanoseconds, _ end: UnixNanoseconds, _ tokens: Int64?, _ cost: Int64?
  ) -> Int64? {
    switch key {
    case .startTime: start.stored
    case .tokens: tokens
    case .cost: cost
    case .endTime, .duration, .traceCount, .errorCount: end.stored
    }
  }
}
