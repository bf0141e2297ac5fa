import Conversations
import Foundation
import JSON
import SQLite
import Telemetry
import Testing

@testable import Store

/// A user's list of sessions is that of all sessions, narrowed to those that name the user, however it is found.
@Suite struct UserSessionsTests {
  @Test(arguments: 0..<12) func theListOfAUserIsThatOfAllNarrowed(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed &* 131 &+ 5)
    var waiting = Traffic(seed: seed, sessions: 9).sent.shuffled(using: &random)
    try await TemporaryStore.with { store, limits in
      while !waiting.isEmpty {
        let batch = Array(waiting.prefix(Int.random(in: 1...30, using: &random)))
        waiting.removeFirst(batch.count)
        try await store.take(batch, limits)
        let traces = try await store.traces(ListQuestion(limit: 500)).rows
        if random.chance(30), let trace = traces.randomElement(using: &random) {
          _ = try await store.delete(trace: trace.id)
        }
        try await store.checkSessionsOfUsers(&random)
      }
      try await store.expectSound()
    }
  }

  /// With more users than have it in their order, then with fewer again.
  @Test func aSessionOfManyUsersIsInTheListOfEach() async throws {
    var random = SeededGenerator(seed: 9)
    try await TemporaryStore.with { store, limits in
      for second in 0..<4 { try await store.take([call(of: "user-3", in: "alone-\(second)", 20 * second)], limits) }
      for second in 10..<76 {
        try await store.take([call(of: "user-\(second - 10)", in: "crowd", second)], limits)
        if second == 12 || second > 72 { try await store.checkSessionsOfUsers(&random) }
      }
      #expect(try await store.order(of: "user-3") == nil)
      #expect(try await store.order(of: "nobody") == nil)
      let latest = try await store.traces(ListQuestion(limit: 3)).rows
      for trace in latest {
        _ = try await store.delete(trace: trace.id)
        try await store.checkSessionsOfUsers(&random)
      }
      #expect(try await store.order(of: "user-3") == ["crowd", "alone-3", "alone-2", "alone-1", "alone-0"])
      try await store.expectSound()
    }
  }

  /// A file that was made before users' sessions had an order gets it when it is opened.
  @Test func anOlderFileIsPutInOrder() async throws {
    try await TemporaryStore.folder { path in
      let configuration = Store.Configuration(path: path, limits: Limits(), conventions: Conventions())
      let first = try Store.open(configuration)
      for second in 0..<70 {
        try await first.take([call(of: "user-\(second)", in: "crowd", second)], Limits())
        try await first.take([call(of: "user", in: "session-\(second % 7)", second * 3)], Limits())
      }
      let before = try await Snapshot.text(of: first)
      await first.close()
      try Connection(path: path, mode: .readWriteCreate).execute(
        """
        DROP INDEX user_session_end; ALTER TABLE user_session DROP COLUMN end_time; PRAGMA user_version = 5
        """)
      let second = try Store.open(configuration)
      try await second.expectSound()
      #expect(try await Snapshot.text(of: second) == before)
      #expect(try await second.order(of: "user-1") == nil)
      #expect(try await second.order(of: "user") == (0..<7).map { "session-\((69 - $0) % 7)" })
      await second.close()
    }
  }

  /// A trace of one call.
  private func call(of user: String, in session: String, _ second: Int) -> Sent {
    let start = 1_795_000_000 + second
    let attributes = [
      ("session.id", session), ("user.id", user), ("input.value", "Hello?"), ("output.value", "Hello."),
    ]
    let members: [(key: String, value: JSONValue)] = [
      ("traceId", .string(UUID().uuidString.filter { $0 != "-" })), ("spanId", .string("00000000000000a1")),
      ("name", .string("call")), ("startTimeUnixNano", .string("\(start)000000000")),
      ("endTimeUnixNano", .string("\(start)500000000")),
      (
        "attributes",
        .array(
          attributes.map { .object([("key", .string($0.0)), ("value", .object([("stringValue", .string($0.1))]))]) })
      ),
    ]
    return Sent(resource: .object([]), item: .object(members))
  }
}

extension Store {
  /// Every user's list, page by page, against the list of all sessions.
  fileprivate func checkSessionsOfUsers(_ random: inout SeededGenerator) async throws {
    var question = ListQuestion(limit: 500)
    question.sort.descending = random.chance(70)
    let all = try await sessions(question).rows
    if random.chance(30), let row = all.randomElement(using: &random) { question.from = row.endTime }
    if random.chance(20), let row = all.randomElement(using: &random) { question.to = row.startTime }
    question.wantsTotal = true
    let users = try await users(ListQuestion(limit: 500)).rows
    for user in users {
      question.userID = user.id
      question.project = random.chance(60) ? user.project : nil
      let expected = all.filter { row in
        row.userIDs.contains(user.id) && (question.project == nil || row.project == user.project)
          && question.from.map { row.endTime >= $0 } ?? true && question.to.map { row.startTime <= $0 } ?? true
      }
      question.limit = Int.random(in: 1...4, using: &random)
      question.cursor = nil
      var found: [SessionRow] = []
      repeat {
        let page = try await sessions(question)
        #expect(page.total == Int64(expected.count))
        found += page.rows
        question.cursor = page.next
      } while question.cursor != nil
      #expect(found.map(\.name) == expected.map(\.name), "\(question)")
      #expect(found.map(\.id) == expected.map(\.id), "\(question)")
    }
  }

  /// The names of the user's sessions as the index of the user has them; nil where it does not answer.
  fileprivate func order(of user: String) async throws -> [String]? {
    var question = ListQuestion(limit: 500)
    question.userID = UserID(user)
    let asked = question
    let conventions = configuration.conventions
    return try await readers.read("reading a user's order") { reader in
      guard let key = try SessionList.orderedUser(asked, Lookups(database: reader.database)) else { return nil }
      let conditions = try SessionList.conditions(asked, ofUser: key, reader.database)
      return try SessionList.rowsOfUser.page(asked, conditions, reader, conventions).rows.map(\.name.text)
    }
  }
}
