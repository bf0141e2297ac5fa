import Conversations
import Foundation
import JSON
import OTLP
import SQLite
import Telemetry
import Testing

@testable import Store

/// What is left after a deletion is what would be there if the deleted traces had never been sent.
@Suite struct DeletingTests {
  // MARK: Rows

  /// Ingest A and B, delete B: the answers are those to A alone.
  @Test(arguments: 0..<60) func deletedTracesLeaveNoMark(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed &* 31 &+ 7)
    let sent = Traffic(seed: seed, sessions: 6).sent
    let doomed = try Set(sent.traceIDs().filter { _ in random.chance(40) })
    let kept = try sent.filter { try !doomed.contains($0.traceID()) }
    let expected = try await answers(to: kept)
    let purgesBetween = random.chance(50)
    let order = doomed.sorted().shuffled(using: &random)
    let batches = batches(of: sent, &random)
    try await TemporaryStore.with { store, limits in
      for batch in batches { try await store.take(batch, limits) }
      for traceID in order {
        let receipt = try #require(try await store.delete(trace: traceID))
        #expect(receipt.bytes > 0)
        if purgesBetween { try await store.purge() }
      }
      try await store.expectSound()
      #expect(try await Snapshot.text(of: store) == expected, "seed \(seed)")
      try await store.purge()
      try await store.expectSound()
      #expect(try await Snapshot.text(of: store) == expected, "seed \(seed), purged")
    }
  }

  /// A session, a user, a project, or what is older than some time.
  @Test(arguments: 0..<40) func deletedTargetsLeaveNoMark(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed &* 17 &+ 3)
    let sent = Traffic(seed: seed, sessions: 8).sent
    try await TemporaryStore.with { store, limits in
      for batch in batches(of: sent, &random) { try await store.take(batch, limits) }
      let all = try await store.traces(ListQuestion(limit: 500)).rows
      let (target, doomed) = try #require(try await target(seed, in: store, among: all, &random))
      let receipt = try #require(try await delete(target, in: store))
      #expect(receipt.traces == Int64(doomed.count))
      #expect(receipt.spans == doomed.reduce(0) { $0 + $1.spanCount })
      let ids = Set(doomed.map(\.id))
      let expected = try await answers(to: sent.filter { try !ids.contains($0.traceID()) })
      #expect(try await Snapshot.text(of: store) == expected, "\(target)")
      try await store.purge()
      try await store.expectSound()
      #expect(try await Snapshot.text(of: store) == expected, "\(target), purged")
      // No tombstone: what comes again is as new.
      for batch in batches(of: sent, &random) { try await store.take(batch, limits) }
      try await store.expectSound()
      let whole = try await answers(to: sent)
      #expect(try await Snapshot.text(of: store) == whole, "\(target), sent again")
    }
  }

  private enum Doomed {
    case target(DeletionTarget)
    case before(UnixNanoseconds)
  }

  private func delete(_ doomed: Doomed, in store: Store) async throws -> DeletionReceipt? {
    switch doomed {
    case .target(let target): try await store.delete(target)
    case .before(let time): try await store.delete(before: time)
    }
  }

  private func target(
    _ seed: UInt64, in store: Store, among traces: [TraceRow], _ random: inout SeededGenerator
  ) async throws -> (Doomed, [TraceRow])? {
    switch seed % 5 {
    case 0:
      guard let id = traces.compactMap(\.sessionID).randomElement(using: &random) else { return nil }
      return (.target(.session(id)), traces.filter { $0.sessionID == id })
    case 1:
      guard let trace = traces.filter({ $0.userID != nil }).randomElement(using: &random), let user = trace.userID
      else { return nil }
      return (.target(.user(user, trace.project)), traces.filter { $0.userID == user && $0.project == trace.project })
    case 2:
      guard let user = traces.compactMap(\.userID).randomElement(using: &random) else { return nil }
      return (.target(.user(user, nil)), traces.filter { $0.userID == user })
    case 3:
      guard let project = traces.map(\.project).randomElement(using: &random) else { return nil }
      return (.target(.project(project)), traces.filter { $0.project == project })
    default:
      guard let time = traces.map(\.endTime).randomElement(using: &random) else { return nil }
      let sessions = try await store.sessions(ListQuestion(limit: 500)).rows
      let old = Set(sessions.filter { $0.endTime < time }.map(\.id))
      let doomed = traces.filter { trace in trace.sessionID.map(old.contains) ?? (trace.endTime < time) }
      return (.before(time), doomed)
    }
  }

  @Test func whatIsNotThereIsNotDeleted() async throws {
    try await TemporaryStore.with { store, limits in
      try await store.take(Traffic(seed: 1).sent, limits)
      let project = ProjectName("nowhere")
      #expect(try await store.delete(project: project) == nil)
      #expect(try await store.delete(session: SessionID(project: project, name: SessionName("x"))) == nil)
      #expect(try await store.delete(user: UserID("nobody"), project: nil) == nil)
      #expect(try await store.delete(trace: try #require(TraceID(bytes: [UInt8](repeating: 9, count: 16)))) == nil)
      #expect(try await store.delete(before: UnixNanoseconds(1)) == DeletionReceipt())
    }
  }

  @Test func aNoteGoesWithItsSession() async throws {
    try await TemporaryStore.with { store, limits in
      try await store.take(Traffic(seed: 2).sent, limits)
      let row = try #require(try await store.sessions(ListQuestion(limit: 1)).rows.first)
      try await store.writer.run(while: "noting") { committer in
        let statement = try committer.database.connection.prepare("INSERT INTO session_note VALUES (?1, ?2, 'mine', 1)")
        statement.bind(row.project.text, at: 1)
        statement.bind(row.name.text, at: 2)
        try statement.run()
      }
      _ = try await store.delete(session: row.id)
      let notes = try await store.writer.run(while: "counting") {
        try $0.database.connection.integer("SELECT count(*) FROM session_note")
      }
      #expect(notes == 0)
    }
  }

  // MARK: Bytes

  /// A text that only the deleted session holds is nowhere: not in the file, not in its log, not in a packed block.
  @Test(arguments: 0..<12) func aSecretIsNowhereAfterwards(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let sent = Traffic(seed: seed, sessions: 8).sent
    let secrets = (0..<12).map { "SECRET-\(seed)-\($0)-plum" }
    try await TemporaryStore.folder { path in
      let store = try Store.open(.init(path: path, limits: Limits(), conventions: Conventions()))
      let planted = try secrets.map { try ManyTraces.request(count: 20, session: "secret \($0)", text: $0) }
      for (number, batch) in batches(of: sent, &random).enumerated() {
        try await store.take(batch, Limits())
        if number < planted.count { _ = try await store.ingest(planted[number]) }
      }
      for request in planted { _ = try await store.ingest(request) }
      let before = try await store.packed(exceptSessions: "secret")
      let rows = try await store.sessions(ListQuestion(limit: 500)).rows
      #expect(file(path, holds: "SECRET-"))
      for row in rows where row.name.text.hasPrefix("secret") { _ = try await store.delete(session: row.id) }
      try await store.purge()
      #expect(!file(path, holds: "SECRET-"))
      #expect(!file(path, holds: "turn of secret"))
      let (blocks, unpacked) = try await store.unpackedBlocks()
      #expect(!unpacked.contains { $0.containsText("SECRET-") })
      #expect(try await store.packed(exceptSessions: "secret") == before)
      let statistics = try await store.statistics()
      #expect(statistics.blocks == Int64(blocks))
      #expect(statistics.payloadBytes == Int64(unpacked.reduce(0) { $0 + $1.count }))
      #expect(statistics.walBytes == 0)
      try await store.expectSound()
      await store.close()
    }
  }

  /// Traces of one session are deleted in any order; those that stay come back byte for byte, over a reopened store too.
  @Test(arguments: 0..<8) func chainsStayReadable(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    try await TemporaryStore.folder { path in
      var limits = Limits()
      limits.blockSpansMax = 4
      limits.blockChainMax = 6
      let configuration = Store.Configuration(path: path, limits: limits, conventions: Conventions())
      var store = try Store.open(configuration)
      var left: [TraceID: [UInt8]] = [:]
      for number in 0..<80 {
        let request = try ManyTraces.request(count: 3, session: "chain", text: "turn \(number)", number: number * 3)
        _ = try await store.ingest(request)
        for ref in request.spans { left[ref.traceID] = Array(request.body[ref.message.range]) }
        // The last block is what the next one is compressed against.
        while random.chance(40),
          let traceID = left.keys.sorted().suffix(random.chance(50) ? 3 : .max).randomElement(using: &random)
        {
          left[traceID] = nil
          _ = try await store.delete(trace: traceID)
        }
        if random.chance(20) { try await store.purge() }
        if random.chance(5) {
          await store.close()
          store = try Store.open(configuration)
        }
      }
      try await store.purge()
      for (traceID, bytes) in left {
        let trace = try #require(try await store.trace(traceID))
        #expect(trace.telemetry.spans.map { Array(trace.telemetry.body[$0.message.range]) } == [bytes])
      }
      try await store.expectSound()
      let open = store
      let rows = try await open.writer.run(while: "counting") {
        try $0.database.connection.integer("SELECT count(*) FROM trace_block")
      }
      #expect(rows.map(Int.init) ?? 0 >= left.count / 4)
      await store.close()
    }
  }

  @Test func theFileShrinks() async throws {
    try await TemporaryStore.folder { path in
      let store = try Store.open(.init(path: path, limits: Limits(), conventions: Conventions()))
      let empty = try await store.statistics().databaseBytes
      for number in 0..<20 {
        _ = try await store.ingest(ManyTraces.request(count: 100, session: "s\(number)", number: number * 100))
      }
      let vacuum = try await store.writer.run(while: "asking") {
        try $0.database.connection.integer("PRAGMA auto_vacuum")
      }
      #expect(vacuum == 2)
      _ = try await store.delete(before: UnixNanoseconds(.max))
      try await store.purge()
      let statistics = try await store.statistics()
      #expect(statistics.blocks == 0 && statistics.payloadBytes == 0 && statistics.compressedBytes == 0)
      // What stays: a page for each table and index, and the changes that event streams follow.
      #expect(statistics.databaseBytes <= max(empty, 48 * 16_384), "\(statistics.databaseBytes)")
      await store.close()
    }
  }

  /// Requests, deletions and the purge at the same time.
  @Test(arguments: 0..<4) func deletingAmidTraffic(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let batches = batches(of: Traffic(seed: seed, sessions: 12).sent, &random)
    try await TemporaryStore.with { store, limits in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for batch in batches { try await store.take(batch, limits) }
        }
        group.addTask {
          for number in 0..<60 {
            let rows = try await store.traces(ListQuestion(limit: 20)).rows
            guard let row = rows.isEmpty ? nil : rows[number % rows.count] else { continue }
            if number % 3 == 0, let session = row.sessionID {
              _ = try await store.delete(session: session)
            } else {
              _ = try await store.delete(trace: row.id)
            }
          }
        }
        group.addTask {
          for _ in 0..<10 { try await store.purge() }
        }
        try await group.waitForAll()
      }
      try await store.expectSound()
      _ = try await store.delete(before: UnixNanoseconds(.max))
      try await store.purge()
      #expect(try await store.traces(ListQuestion(limit: 500)).rows.isEmpty)
      try await store.expectSound()
    }
  }

  // MARK: Retention

  @Test func theOldestSessionsGoFirst() async throws {
    try await TemporaryStore.with { store, _ in
      let empty = try await store.statistics().databaseBytes
      for number in 0..<60 {
        let text = String(repeating: "\(number &* 7_919 ^ 0x5A5A) words \(number) ", count: 60)
        let request = try ManyTraces.request(count: 20, session: "s\(number)", text: text, number: number * 20)
        _ = try await store.ingest(request)
      }
      var question = ListQuestion(limit: 500)
      question.sort = Sort(key: .endTime, descending: false)
      let all = try await store.sessions(question).rows
      let time = all[20].endTime
      let now = UnixNanoseconds(time.value + 3_600_000_000_000)
      let first = try await store.retain(maxAge: .seconds(3_600), maxBytes: nil, now: now)
      #expect(first.sessions == 20 && first.traces == 400)
      #expect(try await store.sessions(question).rows.map(\.id) == all.dropFirst(20).map(\.id))
      try await store.purge()
      let held = try await store.statistics().databaseBytes
      let bound = empty + (held - empty) / 2
      let second = try await store.retain(maxAge: nil, maxBytes: bound, now: now)
      #expect(second.sessions > 0)
      let left = try await store.sessions(question).rows
      #expect(left.map(\.id) == all.suffix(left.count).map(\.id))
      try await store.purge()
      #expect(try await store.statistics().databaseBytes <= bound)
      try await store.expectSound()
      let third = try await store.retain(maxAge: nil, maxBytes: 0, now: now)
      #expect(third.sessions == Int64(left.count))
      #expect(try await store.retain(maxAge: .seconds(1), maxBytes: 0, now: now) == DeletionReceipt())
    }
  }

  // MARK: Helpers

  private func answers(to sent: [Sent]) async throws -> ExactText {
    try await TemporaryStore.with { store, limits in
      try await store.take(sent, limits)
      return try await Snapshot.text(of: store)
    }
  }

  private func batches(of sent: [Sent], _ random: inout SeededGenerator) -> [[Sent]] {
    var items = sent.shuffled(using: &random)
    var batches: [[Sent]] = []
    while !items.isEmpty {
      let count = min(items.count, Int.random(in: 1...40, using: &random))
      batches.append(Array(items.prefix(count)))
      items.removeFirst(count)
    }
    return batches
  }

  /// Whether the text stands in the database file or its log.
  private func file(_ path: String, holds text: String) -> Bool {
    [path, path + "-wal"].contains { FileManager.default.contents(atPath: $0)?.range(of: Data(text.utf8)) != nil }
  }
}

/// Traces of one span each, in one session.
enum ManyTraces {
  static func request(count: Int, session: String, text: String = "hello", number: Int = 0) throws -> DecodedTelemetry {
    let spans = (number..<number + count).map { index in
      let id = String(format: "%016x%016x", session.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }, index + 1)
      let start = 1_795_000_000_000_000_000 + UInt64(index) * 1_000_000
      return JSONValue.object([
        ("traceId", .string(id)), ("spanId", .string(String(id.suffix(16)))), ("name", .string("turn of \(session)")),
        ("startTimeUnixNano", .string(String(start))), ("endTimeUnixNano", .string(String(start + 500_000))),
        (
          "attributes",
          .array([
            attribute("session.id", session), attribute("user.id", "user of \(session)"),
            attribute("openinference.span.kind", "AGENT"), attribute("input.value", "\(text) \(index)?"),
            attribute("output.value", String(repeating: "\(text) \(index). ", count: 20)),
            attribute("metadata", "{\"note\": \"\(text)\"}"), attribute("tag.tags", text),
          ])
        ),
      ])
    }
    let host = [attribute("service.name", "many"), attribute("host.name", text)]
    let resource = JSONValue.object([("attributes", .array(host))])
    let scope = JSONValue.object([("scope", .object([("name", .string(text))])), ("spans", .array(spans))])
    let group = JSONValue.object([("resource", resource), ("scopeSpans", .array([scope]))])
    let body = [UInt8](JSONValue.object([("resourceSpans", .array([group]))]).json.utf8)
    return try DecodedTelemetry.decodeTraces(json: body, requestProject: nil, limits: Limits())
  }

  private static func attribute(_ key: String, _ value: String) -> JSONValue {
    .object([("key", .string(key)), ("value", .object([("stringValue", .string(value))]))])
  }
}

extension Sent {
  func traceID() throws -> TraceID {
    try #require(item["traceId"]?.string.flatMap { Hex.decode($0.utf8) }.flatMap { TraceID(bytes: $0) })
  }
}

extension [Sent] {
  /// Of the spans; a log record alone makes no trace.
  func traceIDs() throws -> [TraceID] { try Set(filter { !$0.isLog }.map { try $0.traceID() }).sorted() }
}

extension Store {
  func take(_ sent: [Sent], _ limits: Limits) async throws {
    for request in try sent.requests(limits: limits) { _ = try await ingest(request) }
  }

  func expectSound() async throws {
    let report = try await verify(repair: false)
    #expect(report.isClean, "\(report.drifts) \(report.damage)")
  }

  /// How many blocks there are, and the content of each and of its outline.
  func unpackedBlocks() async throws -> (Int, [[UInt8]]) {
    try await writer.run(while: "reading blocks") { committer in
      committer.payload.forgetBlocks()
      let statement = try committer.database.connection.prepare("SELECT block_key FROM block")
      var blocks: [[UInt8]] = []
      var count = 0
      while try statement.step() {
        let block = try committer.payload.block(statement.integer(0))
        blocks.append(block.bytes)
        if block.isOutline { blocks.append(try committer.payload.texts(of: statement.integer(0))) }
        count += 1
      }
      return (count, blocks)
    }
  }

  /// What is stored of the other sessions, as it is packed.
  func packed(exceptSessions prefix: String) async throws -> [[UInt8]] {
    try await writer.run(while: "reading blocks") { committer in
      let statement = try committer.database.connection.prepare(
        """
        SELECT DISTINCT b.data, o.data FROM block b JOIN trace_block l USING (block_key) JOIN trace t USING (trace_key)
          LEFT JOIN outline o USING (block_key) LEFT JOIN session s USING (session_key)
        WHERE s.name IS NULL OR s.name NOT LIKE '\(prefix)%' ORDER BY b.block_key
        """)
      var blocks: [[UInt8]] = []
      while try statement.step() { blocks += [statement.bytes(0), statement.bytes(1)] }
      return blocks
    }
  }
}

extension [UInt8] {
  func containsText(_ text: String) -> Bool { Data(self).range(of: Data(text.utf8)) != nil }
}
