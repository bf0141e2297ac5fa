import Conversations
import Foundation
import OTLP
import SQLite
import Synchronization
import Telemetry
import Testing

@testable import Store

/// What was deleted is nowhere in the file and its log, however rows have moved before.
@Suite struct PurgingTests {
  /// Sessions come, grow and go, so that rows move between pages all the time.
  @Test(arguments: 0..<1) func copiesOfMovedRowsGoToo(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    try await TemporaryStore.folder { path in
      let store = try open(path)
      var alive: Set<Int> = []
      for round in 0..<8 {
        for number in (round * 40)..<(round * 40 + 40) {
          let text = secret(number) + String(repeating: "w", count: Int.random(in: 0..<900, using: &random))
          for part in 0..<Int.random(in: 1...5, using: &random) {
            let request = try ManyTraces.request(count: 6, session: name(number), text: text, number: part * 6)
            _ = try await store.ingest(request)
          }
          alive.insert(number)
        }
        for number in alive.sorted() where random.chance(40) {
          alive.remove(number)
          let id = SessionID(project: ProjectName("many"), name: SessionName(name(number)))
          #expect(try await store.delete(session: id) != nil)
        }
        if random.chance(60) { try await store.purge() }
      }
      try await store.purge()
      func left() throws -> [Int] {
        let bytes = try file(path)
        return (0..<320).filter { number in
          !alive.contains(number) && [secret(number), name(number)].contains { bytes.range(of: Data($0.utf8)) != nil }
        }
      }
      #expect(try left() == [])
      // What is written from here on comes from the page cache, which must not remember either.
      for number in 1_000..<1_020 {
        _ = try await store.ingest(ManyTraces.request(count: 6, session: name(number), number: number))
      }
      #expect(try left() == [])
      try await store.expectSound()
      await store.close()
    }
  }

  /// The machine stops between the purge and the emptying of the log: the next start ends it.
  @Test func aCrashAmidThePurgeIsMadeUpFor() async throws {
    try await TemporaryStore.folder { path in
      let store = try open(path)
      for number in 0..<20 { _ = try await store.ingest(secretRequest(number)) }
      _ = try await store.ingest(ManyTraces.request(count: 20, session: "kept"))
      let crashed = path + ".crashed"
      _ = try await store.writer.run(while: "deleting") { committer in
        for number in 0..<20 {
          let id = SessionID(project: ProjectName("many"), name: SessionName(name(number)))
          _ = try committer.beginDeletion(.session(id))
        }
        _ = try committer.purgeBlocks(for: .seconds(10))
        for end in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + end, toPath: crashed + end) }
      }
      await store.close()
      #expect(try file(crashed).range(of: Data("SECRET-3-".utf8)) != nil)
      let next = try open(crashed)
      try await next.purge()
      #expect(try file(crashed).range(of: Data("SECRET-".utf8)) == nil)
      #expect(try await next.sessions(ListQuestion(limit: 500)).rows.map(\.name.text) == ["kept"])
      let reminder = try await next.writer.run(while: "looking") { try $0.counter(Deletion.purgingName) }
      #expect(reminder == nil)
      try await next.expectSound()
      await next.close()
    }
  }

  /// A reader from before the deletion keeps its snapshot; the bytes go when it has ended, and commits go on meanwhile.
  @Test func aReaderIsWaitedFor() async throws {
    try await TemporaryStore.folder { path in
      let store = try open(path)
      for number in 0..<20 { _ = try await store.ingest(secretRequest(number)) }
      let flags = Flags()
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          _ = try? await store.readers.read("reading slowly") { reader in
            _ = try reader.database.integer("max_batch")
            flags.hasBegun.store(true, ordering: .releasing)
            while !flags.mayEnd.load(ordering: .acquiring) { sched_yield() }
          }
        }
        group.addTask {
          while !flags.hasBegun.load(ordering: .acquiring) { await Task.yield() }
          let receipt = try? await store.delete(project: ProjectName("many"))
          #expect(receipt?.traces == 120)
          for number in 0..<10 {
            _ = try? await store.ingest(ManyTraces.request(count: 2, session: "kept", number: number * 2))
          }
          let seen = try? file(path)
          #expect(seen?.range(of: Data("SECRET-".utf8)) != nil)
          flags.mayEnd.store(true, ordering: .releasing)
          try? await store.purge()
        }
      }
      #expect(try file(path).range(of: Data("SECRET-".utf8)) == nil)
      #expect(
        try await store.session(SessionID(project: ProjectName("many"), name: SessionName("kept")))?.row.traceCount
          == 20)
      try await store.expectSound()
      await store.close()
    }
  }

  // MARK: Pages

  /// SQLite itself is the judge: after any traffic on a scrubbed file, its integrity check finds nothing.
  @Test(arguments: 0..<6) func scrubbedPagesStaySound(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    try await TemporaryStore.folder { path in
      let size = [512, 1_024, 4_096, 16_384, 65_536, 8_192][Int(seed)]
      var kept: [Int64: String] = [:]
      do {
        let connection = try Connection(path: path, mode: .readWriteCreate)
        try connection.execute(
          "PRAGMA page_size = \(size); PRAGMA auto_vacuum = INCREMENTAL; PRAGMA secure_delete = ON")
        try connection.scrubWrittenPages()
        try connection.execute(
          "PRAGMA journal_mode = WAL; CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT); CREATE INDEX i ON t (v)")
        for round in 0..<25 {
          try connection.execute("BEGIN")
          for _ in 0..<50 {
            let key = Int64.random(in: 0..<400, using: &random)
            let statement = try connection.prepare("INSERT OR REPLACE INTO t VALUES (?1, ?2)")
            let text =
              "secret \(key) \(round) " + String(repeating: "x", count: Int.random(in: 0..<1_500, using: &random))
            statement.bind(key, at: 1)
            statement.bind(text, at: 2)
            try statement.run()
            kept[key] = text
          }
          for key in kept.keys.sorted() where random.chance(30) {
            kept[key] = nil
            try connection.execute("DELETE FROM t WHERE k = \(key)")
          }
          try connection.execute("COMMIT")
          if random.chance(30) { try connection.execute("PRAGMA incremental_vacuum(20)") }
          if random.chance(30) { try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)") }
          if random.chance(20) { connection.forgetPages() }
        }
        try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
      }
      let connection = try Connection(path: path, mode: .readOnly)
      #expect(try connection.text("PRAGMA integrity_check") == "ok")
      let statement = try connection.prepare("SELECT k, v FROM t")
      var found: [Int64: String] = [:]
      while try statement.step() { found[statement.integer(0)] = statement.text(1) }
      #expect(found == kept)
      let bytes = try #require(FileManager.default.contents(atPath: path))
      var unscrubbed = 0
      bytes.withUnsafeBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: size) {
          let page = UnsafeRawBufferPointer(rebasing: bytes[start..<start + size])
          for range in BTreePage(page, at: Int64(start))?.free ?? [] where page[range].contains(where: { $0 != 0 }) {
            unscrubbed += 1
          }
        }
      }
      #expect(unscrubbed == 0)
    }
  }

  // MARK: Helpers

  private func open(_ path: String) throws -> Store {
    try Store.open(.init(path: path, limits: Limits(), conventions: Conventions()))
  }

  private func secretRequest(_ number: Int) throws -> DecodedTelemetry {
    try ManyTraces.request(count: 6, session: name(number), text: secret(number))
  }
}

private final class Flags: Sendable {
  let hasBegun = Atomic(false)
  let mayEnd = Atomic(false)
}

private func name(_ number: Int) -> String { "secret-\(number)." }

private func secret(_ number: Int) -> String { "SECRET-\(number)-" }

/// The database file and its log.
private func file(_ path: String) throws -> Data {
  try Data(contentsOf: URL(fileURLWithPath: path)) + (FileManager.default.contents(atPath: path + "-wal") ?? Data())
}
