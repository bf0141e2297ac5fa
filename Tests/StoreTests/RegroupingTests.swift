import Conversations
import Telemetry
import Testing

@testable import Store

@Suite struct RegroupingTests {
  private func open(_ path: String, _ conventions: Conventions) throws -> Store {
    try Store.open(Store.Configuration(path: path, limits: Limits(), conventions: conventions))
  }

  /// Another table over the same spans gives the rows that it would have given from the start.
  @Test(arguments: 0..<6) func regroupedRowsAreThoseOfTheNewTable(seed: UInt64) async throws {
    let other = Conventions(sessionKeys: ["user.id"], userKeys: ["gen_ai.conversation.id"])
    let requests = try Traffic(seed: seed + 100, sessions: 8).sent.requests(limits: Limits())
    let expected = try await TemporaryStore.folder { path in
      let store = try open(path, other)
      for request in requests { _ = try await store.ingest(request) }
      defer { Task { await store.close() } }
      #expect(try await !store.needsRegrouping())
      return try await Snapshot.text(of: store)
    }
    try await TemporaryStore.folder { path in
      let first = try open(path, Conventions())
      #expect(try await !first.needsRegrouping())
      for request in requests { _ = try await first.ingest(request) }
      await first.close()
      let second = try open(path, other)
      #expect(try await second.needsRegrouping())
      try await second.regroup()
      #expect(try await !second.needsRegrouping())
      #expect(try await Snapshot.text(of: second) == expected)
      let report = try await second.verify(repair: false)
      #expect(report.isClean, "\(report.drifts)")
      await second.close()
    }
  }

  @Test func usersAndFindingsFollowTheTraces() async throws {
    try await TemporaryStore.with { store, limits in
      for request in try Traffic(seed: 42, sessions: 6).sent.requests(limits: limits) {
        _ = try await store.ingest(request)
      }
      let traces = try await store.traces(ListQuestion(limit: 500)).rows
      let users = try await store.users(ListQuestion(limit: 500)).rows
      #expect(!users.isEmpty)
      for user in users {
        let own = traces.filter { $0.userID == user.id && $0.project == user.project }
        #expect(user.traceCount == Int64(own.count))
        #expect(user.sessionCount == Int64(Set(own.compactMap(\.sessionID)).count))
        #expect(user.firstSeen == own.map(\.startTime).min())
        #expect(user.lastSeen == own.map(\.endTime).max())
        #expect(try await store.user(user.id, project: user.project)?.traceCount == user.traceCount)
      }
      var walked: [String] = []
      var question = ListQuestion(limit: 1)
      repeat {
        let page = try await store.users(question)
        walked += page.rows.map { "\($0.id.text) \($0.project.text)" }
        question.cursor = page.next
      } while question.cursor != nil
      #expect(walked == users.map { "\($0.id.text) \($0.project.text)" })
      let findings = try await store.findings()
      let withoutSession = traces.filter { $0.sessionID == nil }
      #expect(findings.first { $0.kind == .noSession }?.traceCount ?? 0 == Int64(withoutSession.count))
      for finding in findings { #expect(!finding.examples.isEmpty && finding.examples.count <= 5) }
    }
  }
}
