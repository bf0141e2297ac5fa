import Conversations
import Foundation
import Telemetry

@testable import Store

/// A store in a folder of its own that goes with it.
enum TemporaryStore {
  static func with<Result>(
    limits: Limits = Limits(), _ use: (Store, Limits) async throws -> Result
  ) async throws -> Result {
    try await folder { path in
      let store = try Store.open(
        Store.Configuration(path: path, limits: limits, conventions: Conventions()))
      let result = try await use(store, limits)
      await store.close()
      return result
    }
  }

  /// The path of a database file that does not exist yet.
  static func folder<Result>(_ use: (String) async throws -> Result) async throws -> Result {
    // Memory-backed where there is such a folder: what is tested here is not the disk.
    let base = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    let folder = "\(base)/steno-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await use("\(folder)/steno.db")
  }
}
