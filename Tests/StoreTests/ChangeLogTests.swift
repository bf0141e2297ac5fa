import Conversations
import SQLite
import Telemetry
import Testing

@testable import Store

/// Whoever follows the changes misses none, wherever it goes on, and whatever is still kept.
@Suite struct ChangeLogTests {
  /// Every change that is kept, one by one.
  private func all(_ store: Store, after start: Int64 = 0) async throws -> [(number: Int64, thing: ChangedThing)] {
    var found: [(Int64, ChangedThing)] = []
    var position = start
    while true {
      let batch = try await store.changes(after: position, limit: 1)
      #expect(!batch.isCut)
      if batch.position == position { return found }
      position = batch.position
      for change in batch.changes { found.append((change.number, change.thing)) }
    }
  }

  @Test(arguments: 0..<4) func everyPlaceGoesOnWithoutAGap(seed: UInt64) async throws {
    try await TemporaryStore.with { store, limits in
      for sent in Traffic(seed: seed, sessions: 4).sent { try await store.take([sent], limits) }
      let whole = try await all(store)
      #expect(whole.map(\.number) == Array(1...Int64(whole.count)))
      let end = try await store.changes(after: nil, limit: 0).position
      #expect(end == Int64(whole.count))
      for start in stride(from: 0, through: end, by: 7) {
        let batch = try await store.changes(after: start, limit: 10_000)
        #expect(batch.position == end)
        // Each thing once, at the last of its numbers.
        let rest = Dictionary(whole.filter { $0.number > start }.map { ($0.thing, $0.number) }) { max($0, $1) }
        #expect(Dictionary(uniqueKeysWithValues: batch.changes.map { ($0.thing, $0.number) }) == rest)
        #expect(batch.changes.map(\.number) == rest.values.sorted())
      }
      let traces = try await store.traces(ListQuestion(limit: 500)).rows.map { ChangedThing.trace($0.id) }
      let sessions = try await store.sessions(ListQuestion(limit: 500)).rows.map { ChangedThing.session($0.id) }
      #expect(Set(whole.map(\.thing)).isSuperset(of: traces + sessions))
    }
  }

  @Test func oldChangesGoAndNumbersStay() async throws {
    try await TemporaryStore.folder { path in
      var limits = Limits()
      limits.changesKeptMax = 50
      var end: Int64 = 0
      for round in 0..<3 {
        let store = try Store.open(Store.Configuration(path: path, limits: limits, conventions: Conventions()))
        for number in 0..<60 {
          let request = try ManyTraces.request(count: 1, session: "s", text: "hello", number: round * 60 + number)
          _ = try await store.ingest(request)
        }
        let last = try await store.changes(after: nil, limit: 0).position
        // A session and a trace each.
        #expect(last == end + 120)
        end = last
        #expect(try await store.changes(after: 0, limit: 10).isCut)
        #expect(try await store.changes(after: end + 1, limit: 10).isCut)
        #expect(try await !store.changes(after: end, limit: 10).isCut)
        #expect(try await all(store, after: end - 49).count == 49)
        await store.close()
      }
    }
  }

  @Test func whatIsGoneIsToldAsDeleted() async throws {
    try await TemporaryStore.with { store, _ in
      _ = try await store.ingest(try ManyTraces.request(count: 2, session: "s", text: "hello", number: 0))
      let before = try await store.changes(after: nil, limit: 0).position
      let sessions = try await store.sessions(ListQuestion(limit: 2)).rows
      let session = try #require(sessions.first)
      _ = try await store.delete(session: session.id)
      let batch = try await store.changes(after: before, limit: 10)
      #expect(batch.changes.count == 3)
      for change in batch.changes {
        guard case .deleted = change.subject else {
          Issue.record("\(change.number) is not deleted")
          continue
        }
      }
    }
  }

  @Test func noContentStandsAmongTheChanges() async throws {
    try await TemporaryStore.with { store, _ in
      _ = try await store.ingest(try ManyTraces.request(count: 3, session: "a secret", text: "a secret", number: 0))
      let things = try await store.readers.read("reading") { reader in
        let statement = try reader.database.connection.prepare("SELECT things FROM change")
        var rows: [[UInt8]] = []
        while try statement.step() { rows.append(statement.bytes(0)) }
        return rows
      }
      #expect(things.map(\.count) == [4 * ChangedThing.byteCount])
      #expect(!things.joined().contains(Array("secret".utf8)))
    }
  }
}

extension CommittedChange {
  fileprivate var thing: ChangedThing {
    switch subject {
    case .session(let row): .session(row.id)
    case .trace(let row): .trace(row.id)
    case .deleted(let thing): thing
    }
  }
}
