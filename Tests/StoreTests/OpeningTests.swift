import Conversations
import Foundation
import Migrations
import SQLite
import Telemetry
import Testing

@testable import Store

@Suite struct OpeningTests {
  private func open(_ path: String) throws -> Store {
    try Store.open(Store.Configuration(path: path, limits: Limits(), conventions: Conventions()))
  }

  /// The text of the error that opening the file gives.
  private func refusal(_ path: String) -> String {
    do {
      _ = try open(path)
      return "opened"
    } catch {
      return "\(error)"
    }
  }

  @Test func aFileOfANewerStenoIsRefusedByName() async throws {
    try await TemporaryStore.folder { path in
      try await open(path).close()
      try Connection(path: path, mode: .readWriteCreate).execute("PRAGMA user_version = 99")
      #expect(refusal(path).contains("newer Steno"))
      #expect(refusal(path).contains("schema 99"))
    }
  }

  @Test func aDatabaseOfAnotherProgramIsRefused() async throws {
    try await TemporaryStore.folder { path in
      try Connection(path: path, mode: .readWriteCreate).execute("CREATE TABLE album (title TEXT)")
      #expect(refusal(path).contains("another program"))
    }
  }

  @Test func aFileThatIsNoDatabaseIsRefused() async throws {
    try await TemporaryStore.folder { path in
      try Data(repeating: 0x41, count: 9_000).write(to: URL(fileURLWithPath: path))
      #expect(refusal(path).contains("damaged or no SQLite database"))
    }
  }

  @Test func aSecondStoreOnTheFileIsRefused() async throws {
    try await TemporaryStore.folder { path in
      let first = try open(path)
      #expect(refusal(path).contains("in use by another Steno"))
      await first.close()
    }
  }

  @Test func theFileKeepsWhatItHeldWhenOpenedAgain() async throws {
    try await TemporaryStore.folder { path in
      let first = try open(path)
      _ = try await first.ingest(Traffic(seed: 3).spans.decoded(limits: Limits()))
      let before = try await Snapshot.text(of: first)
      await first.close()
      let second = try open(path)
      #expect(try await Snapshot.text(of: second) == before)
      #expect(try await second.verify(repair: false).isClean)
      await second.close()
    }
  }

  @Test func everyMigrationHasTheVersionOfItsFile() throws {
    let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Migrations").standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".sql") }
    #expect(Migrations.all.map(\.name) == files.sorted())
    #expect(Migrations.all.map(\.version) == Array(1...Int64(files.count)))
    for migration in Migrations.all {
      #expect(migration.name.hasPrefix(String(format: "%04d_", migration.version)))
    }
  }
}
