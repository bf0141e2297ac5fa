import Compression
import SQLite
import Telemetry

/// The table of blocks, as the writer fills it. Confined to the writer.
final class BlockRows {
  let database: Database
  let compressor: ZstdCompressor
  let limits: Limits
  private var chains: BlockChains

  init(_ database: Database, limits: Limits) throws {
    self.database = database
    self.limits = limits
    compressor = try ZstdCompressor(level: 1)
    chains = BlockChains(limits: limits)
  }

  func forget(_ keys: Set<Int64>) { chains.forget(keys) }

  func forgetEverything() { chains.removeAll() }

  /// Compresses and inserts a block. Returns its size in bytes as stored.
  func insert(_ block: RawBlock, key: Int64) throws -> Int {
    // Records tell less than they cost to remember.
    let base = block.holdsLogs ? nil : chains.base(of: block.owner)
    let data = try block.bytes.withUnsafeBytes { bytes in
      guard let base else { return try compressor.compress(bytes) }
      return try base.prefix.withUnsafeBytes { try compressor.compress(bytes, prefix: $0) }
    }
    let statement = try database.statement("insert_block")
    statement.bind(key, at: 1)
    statement.bind(base?.key, at: 2)
    statement.bind(Int64(block.members.count), at: 3)
    statement.bind(Int64(block.bytes.count), at: 4)
    try data.withUnsafeBytes { bytes in
      statement.bind(borrowed: bytes, at: 5)
      try statement.run()
    }
    if !block.holdsLogs { chains.remember(block, key: key, base: base) }
    return data.count
  }
}
