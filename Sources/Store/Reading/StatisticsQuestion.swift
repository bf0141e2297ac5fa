import SQLite

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Store {
  package func statistics() async throws(StoreError) -> StoreStatistics {
    let path = configuration.path
    return try await readers.read("reading statistics") { reader in
      let database = reader.database
      let counters = try database.statement("list_counters")
      var counts: [String: Int64] = [:]
      while try counters.step() { counts[counters.text(0)] = counters.integer(1) }
      let statement = try database.statement("read_statistics")
      guard try statement.step() else { throw SQLiteError(code: 1, message: "no row of read_statistics") }
      defer { statement.reset() }
      return StoreStatistics(
        projects: statement.integer(0), sessions: statement.integer(1), users: statement.integer(2),
        traces: statement.integer(3), spans: statement.integer(4), logs: statement.integer(5),
        blocks: counts["blocks"] ?? 0, payloadBytes: counts["payload_bytes"] ?? 0,
        compressedBytes: counts["compressed_bytes"] ?? 0, databaseBytes: size(ofFile: path),
        walBytes: size(ofFile: path + "-wal"), repeatedSpans: counts["repeated_spans"] ?? 0,
        supersededSpans: counts["superseded_spans"] ?? 0, schemaVersion: Schema.currentVersion)
    }
  }
}

/// 0 for a file that does not exist.
private func size(ofFile path: String) -> Int64 {
  var status = stat()
  return stat(path, &status) == 0 ? Int64(status.st_size) : 0
}
