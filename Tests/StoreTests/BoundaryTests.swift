import Conversations
import Dispatch
import JSON
import OTLP
import SQLite
import Synchronization
import Telemetry
import Testing

@testable import Store

/// Limits that no client sees directly: one below, at, and one above each.
@Suite struct BoundaryTests {
  // MARK: Writing

  private func requests(_ count: Int) throws -> (requests: [DecodedTelemetry], bytes: Int) {
    let requests = try (0..<count).map { try ManyTraces.request(count: 1, session: "s", number: $0) }
    let bytes = requests[0].body.count
    #expect(requests.allSatisfy { $0.body.count == bytes })
    return (requests, bytes)
  }

  /// Sends all at once while the writer is held up. How many were refused, and how many commits the others made.
  private func sendAtOnce(
    _ requests: [DecodedTelemetry], limits: Limits
  ) async throws -> (refused: Int, commits: Int64) {
    try await TemporaryStore.with(limits: limits) { store, _ in
      let (hasBegun, mayEnd, refused) = (Count(), DispatchSemaphore(value: 0), Count())
      return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await store.writer.run(while: "holding up") { _ in
            hasBegun.add()
            mayEnd.wait()
          }
        }
        await hasBegun.reaches(1)
        for request in requests {
          group.addTask {
            do throws(StoreError) {
              _ = try await store.ingest(request)
            } catch .overloaded {
              refused.add()
            }
          }
        }
        while store.writer.queued.requests + refused.value < requests.count { await Task.yield() }
        mayEnd.signal()
        try await group.waitForAll()
        return (refused.value, store.writer.commits.counts.count)
      }
    }
  }

  @Test(arguments: [(-1, 2), (0, 1), (1, 1)]) func theQueueTakesSoManyBytes(extra: Int, refused: Int) async throws {
    let (requests, bytes) = try requests(4)
    var limits = Limits()
    limits.ingestQueueBytesMax = 3 * bytes + extra
    #expect(try await sendAtOnce(requests, limits: limits).refused == refused)
  }

  @Test(arguments: [(-1, 4), (0, 2), (1, 2)]) func aCommitTakesSoManyBytes(extra: Int, commits: Int64) async throws {
    let (requests, bytes) = try requests(4)
    var limits = Limits()
    limits.commitBytesMax = 2 * bytes + extra
    #expect(try await sendAtOnce(requests, limits: limits).commits == commits)
  }

  // MARK: Blocks

  private func blocks(_ store: Store, where condition: String = "true") async throws -> Int64? {
    try await store.writer.run(while: "counting") {
      try $0.database.connection.integer("SELECT count(*) FROM block WHERE \(condition)")
    }
  }

  @Test(arguments: [(3, 1), (4, 1), (5, 2)]) func aBlockTakesSoManySpans(spans: Int, blocks count: Int64) async throws {
    var limits = Limits()
    limits.blockSpansMax = 4
    try await TemporaryStore.with(limits: limits) { store, _ in
      _ = try await store.ingest(ManyTraces.request(count: spans, session: "s"))
      #expect(try await blocks(store) == count)
    }
  }

  @Test(arguments: [(-1, 2), (0, 1), (1, 1)])
  func aBlockTakesSoManyBytes(extra: Int, blocks count: Int64) async throws {
    let request = try ManyTraces.request(count: 3, session: "s")
    var limits = Limits()
    limits.blockBytesMax = request.spans.reduce(0) { $0 + Int($1.message.count) } + extra
    try await TemporaryStore.with(limits: limits) { store, _ in
      _ = try await store.ingest(request)
      #expect(try await blocks(store) == count)
    }
  }

  @Test(arguments: [-1, 0, 1]) func aBlockIsCompressedAgainstSoMuch(extra: Int) {
    let limits = Limits()
    let bytes = (0..<limits.blockPrefixBytesMax + extra).map { UInt8(truncatingIfNeeded: $0 / 7) }
    #expect(BlockChains.prefix(of: bytes, limits).elementsEqual(extra > 0 ? bytes.dropFirst(extra) : bytes[...]))
  }

  @Test(arguments: [(2, 1), (3, 1), (4, 2)])
  func aChainTakesSoManyBlocks(blocks count: Int, chains: Int64) async throws {
    var limits = Limits()
    limits.blockChainMax = 3
    try await TemporaryStore.with(limits: limits) { store, _ in
      for number in 0..<count { _ = try await store.ingest(ManyTraces.request(count: 1, session: "s", number: number)) }
      #expect(try await blocks(store) == Int64(count))
      #expect(try await blocks(store, where: "base_key IS NULL") == chains)
    }
  }

  /// Values of each kind that are as long as outlines keep, one byte less, and one more.
  @Test func outlinesKeepSoMuch() async throws {
    let limits = Limits()
    let kinds = [
      ("input.value", limits.outlineTextBytesMax), ("of nobody", limits.outlineValueBytesMax),
      ("metadata", limits.outlineFactBytesMax),
    ]
    for (key, limit) in kinds {
      for length in [limit - 1, limit, limit + 1] {
        let value = String(repeating: "v", count: length)
        let attribute = JSONValue.object([
          ("key", .string(key)), ("value", .object([("stringValue", .string(value))])),
        ])
        let span = JSONValue.object([
          ("traceId", .string(String(repeating: "1", count: 32))),
          ("spanId", .string(String(repeating: "2", count: 16))), ("attributes", .array([attribute])),
        ])
        let scope = JSONValue.object([("spans", .array([span]))])
        let group = JSONValue.object([("scopeSpans", .array([scope]))])
        let body = [UInt8](JSONValue.object([("resourceSpans", .array([group]))]).json.utf8)
        let request = try DecodedTelemetry.decodeTraces(json: body, requestProject: nil, limits: limits)
        let apart = try await TemporaryStore.with { store, _ in
          _ = try await store.ingest(request)
          return try await store.unpackedBlocks().1.last
        }
        #expect(apart == (length > limit ? Array(value.utf8) : []), "\(key) of \(length) bytes")
      }
    }
  }

  @Test(arguments: [0, 1, 1_000, 1 << 20]) func aCacheOfAnySizeGivesTheSameAnswers(bytes: Int) async throws {
    let sent = Traffic(seed: 3, sessions: 4).sent
    func answers(_ limits: Limits) async throws -> ExactText {
      try await TemporaryStore.with(limits: limits) { store, limits in
        for one in sent { try await store.take([one], limits) }
        return try await Snapshot.text(of: store)
      }
    }
    var limits = Limits()
    limits.prefixCacheBytesMax = bytes
    limits.traceCacheBytesMax = bytes
    #expect(try await answers(limits) == answers(Limits()))
  }

  // MARK: Questions

  @Test func soManyQuestionsRunAndWait() async throws {
    var limits = Limits()
    limits.readersMax = 2
    limits.waitingQuestionsMax = 3
    try await TemporaryStore.with(limits: limits) { store, _ in
      let (running, refused, answered, mayEnd) = (Count(), Count(), Count(), DispatchSemaphore(value: 0))
      await withTaskGroup(of: Void.self) { group in
        func ask() {
          group.addTask {
            do throws(StoreError) {
              try await store.readers.read("asking") { _ in
                running.add()
                mayEnd.wait()
              }
              answered.add()
            } catch {
              refused.add()
            }
          }
        }
        for count in 1...2 {
          ask()
          await running.reaches(count)
        }
        for _ in 0..<4 { ask() }
        await refused.reaches(1)
        #expect(running.value == 2)
        for _ in 0..<5 { mayEnd.signal() }
        await group.waitForAll()
      }
      #expect(refused.value == 1 && answered.value == 5)
    }
  }

  @Test func aQuestionTakesSoLong() async throws {
    var limits = Limits()
    limits.questionMillisecondsMax = 300
    try await TemporaryStore.with(limits: limits) { store, _ in
      let begun = ContinuousClock.now
      await #expect(throws: StoreError.self) {
        try await store.readers.read("counting") { reader in
          try reader.database.connection.integer(
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n")
        }
      }
      #expect(ContinuousClock.now - begun >= .milliseconds(300))
      let next = try await store.readers.read("counting") { try $0.database.connection.integer("SELECT 1") }
      #expect(next == 1)
    }
  }
}

private final class Count: Sendable {
  private let count = Atomic(0)

  var value: Int { count.load(ordering: .acquiring) }

  func add() { count.add(1, ordering: .acquiringAndReleasing) }

  func reaches(_ wanted: Int) async { while value < wanted { await Task.yield() } }
}
