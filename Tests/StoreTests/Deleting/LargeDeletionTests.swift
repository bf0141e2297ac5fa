import Conversations
import Foundation
import Telemetry
import Testing

@testable import Store

/// Deletions of more traces than one transaction takes: all or nothing to whoever reads, and to who opens the file.
@Suite struct LargeDeletionTests {
  private static let count = 600

  /// A long session beside other traffic, and the answers without it.
  private func prepare(_ store: Store) async throws -> (long: SessionID, target: DeletionTarget, expected: ExactText) {
    let other = Traffic(seed: 4).sent
    let expected = try await TemporaryStore.with { store, limits in
      try await store.take(other, limits)
      return try await Snapshot.text(of: store)
    }
    _ = try await store.ingest(ManyTraces.request(count: Self.count, session: "long"))
    try await store.take(other, Limits())
    let rows = try await store.sessions(ListQuestion(limit: 500)).rows
    let long = try #require(rows.first { $0.name.text == "long" })
    return (long.id, .session(long.id), expected)
  }

  private func open(_ path: String) throws -> Store {
    try Store.open(.init(path: path, limits: Limits(), conventions: Conventions()))
  }

  /// Notes, decides, and takes `steps` steps.
  private func begin(
    _ target: DeletionTarget, in store: Store, isDecided: Bool = true, steps: Int = 1
  ) async throws -> Int64 {
    guard case .large(let dooming) = try await store.writer.run(while: "deleting", { try $0.beginDeletion(target) })
    else {
      Issue.record("\(target) is not large")
      return 0
    }
    let batch = try await store.writer.run(while: "deleting") { try $0.nextBatch() }
    var rest: Dooming? = dooming
    while let more = rest {
      rest = try await store.writer.run(while: "deleting") { try $0.doomMore(more, batch) }
      if !isDecided { return batch }
    }
    try await store.writer.run(while: "deleting") { try $0.decideDeletion(of: target, dooming, batch) }
    for _ in 0..<steps {
      _ = try await store.writer.run(while: "deleting") { try $0.continueDeletion(batch, for: .zero) }
    }
    return batch
  }

  @Test func itIsFinishedAtTheNextStart() async throws {
    try await TemporaryStore.folder { path in
      let first = try open(path)
      let (long, target, expected) = try await prepare(first)
      _ = try await begin(target, in: first)
      await first.close()
      let second = try open(path)
      #expect(try await Snapshot.text(of: second) == expected)
      try await second.purge()
      try await second.expectSound()
      _ = try await second.ingest(ManyTraces.request(count: Self.count, session: "long"))
      let receipt = try #require(try await second.delete(session: long))
      #expect(receipt.traces == Int64(Self.count) && receipt.spans == Int64(Self.count) && receipt.sessions == 1)
      #expect(try await Snapshot.text(of: second) == expected)
      try await second.expectSound()
      await second.close()
    }
  }

  /// Interrupted before it was decided, it never was.
  @Test func undecidedItIsForgotten() async throws {
    try await TemporaryStore.folder { path in
      let first = try open(path)
      let (_, target, _) = try await prepare(first)
      let whole = try await Snapshot.text(of: first)
      _ = try await begin(target, in: first, isDecided: false)
      #expect(try await Snapshot.text(of: first) == whole)
      await first.close()
      let second = try open(path)
      #expect(try await Snapshot.text(of: second) == whole)
      let noted = try await second.writer.run(while: "counting") { try $0.database.integer("max_batch") }
      #expect(noted == nil)
      try await second.expectSound()
      await second.close()
    }
  }

  /// From the decision on, whatever the step, no list and no look-up shows any of it.
  @Test(arguments: ["session", "user", "project"]) func itVanishesAtOnce(kind: String) async throws {
    try await TemporaryStore.with { store, _ in
      let (long, session, _) = try await prepare(store)
      let row = try #require(try await store.session(long)).row
      let user = try #require(row.userID)
      let target: DeletionTarget =
        switch kind {
        case "user": .user(user, row.project)
        case "project": .project(row.project)
        default: session
        }
      let all = try await store.traces(ListQuestion(limit: 500)).rows
      let one = try #require(all.first { $0.sessionID == long })
      for steps in [0, 5] {
        let batch = try await begin(target, in: store, steps: steps)
        let question = ListQuestion(limit: 500)
        #expect(try await store.session(long) == nil)
        #expect(try await store.trace(one.id) == nil)
        #expect(try await store.sessions(question).rows.allSatisfy { $0.id != long })
        #expect(try await store.traces(question).rows.allSatisfy { $0.sessionID != long })
        var counted = ListQuestion(limit: 1)
        counted.project = row.project
        counted.sessionName = row.name
        counted.wantsTotal = true
        #expect(try await store.traces(counted).total == 0)
        if kind != "session" {
          #expect(try await store.users(question).rows.allSatisfy { $0.id != user || $0.project != row.project })
        }
        if kind == "project" {
          #expect(try await store.projects(ListQuestion(limit: 500)).rows.allSatisfy { $0.name != row.project })
        }
        var isLast = false
        while !isLast {
          isLast = try await store.writer.run(while: "deleting") { try $0.continueDeletion(batch, for: .zero) }.isLast
        }
        // The veil is off again, and what is sent now is new.
        _ = try await store.ingest(ManyTraces.request(count: Self.count, session: "long"))
        #expect(try await store.session(long)?.row.traceCount == Int64(Self.count))
        try await store.expectSound()
      }
    }
  }

  /// Requests, readers and two large deletions at the same time: a reader sees a long session whole or not at all.
  @Test func readersSeeAllOrNothing() async throws {
    try await TemporaryStore.with { store, _ in
      let names = ["long", "longer"]
      for name in names { _ = try await store.ingest(ManyTraces.request(count: Self.count, session: name)) }
      let ids = try await store.sessions(ListQuestion(limit: 500)).rows.map(\.id)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for id in ids { group.addTask { _ = try await store.delete(session: id) } }
        group.addTask {
          for number in 0..<30 {
            _ = try await store.ingest(ManyTraces.request(count: 2, session: "new", number: number * 2))
            var question = ListQuestion(limit: 1)
            question.sessionID = ids[number % 2]
            question.wantsTotal = true
            let total = try await store.traces(question).total
            #expect(total == Int64(Self.count) || total == 0)
            let row = try await store.session(ids[number % 2])?.row
            #expect(row == nil || row?.traceCount == Int64(Self.count))
          }
        }
        try await group.waitForAll()
      }
      #expect(try await store.sessions(ListQuestion(limit: 500)).rows.map(\.traceCount) == [60])
      try await store.expectSound()
    }
  }
}
