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
    compressor = try ZstdCompressor(level: Self.textLevel)
    chains = BlockChains(limits: limits)
  }

  func forget(_ keys: Set<Int64>) { chains.forget(keys) }

  func forgetEverything() { chains.removeAll() }

  /// Compresses and inserts a block. Returns its size in bytes as stored.
  func insert(_ block: RawBlock, key: Int64) throws -> Int {
    let (size, continues) = try write(block, key: key)
    if !block.holdsLogs { chains.remember(block, key: key, continues: continues) }
    return size
  }

  /// Returns the block's size in bytes as stored, and whether it continues a chain.
  private func write(_ block: RawBlock, key: Int64) throws -> (size: Int, continues: Bool) {
    // Records tell less than they cost to remember.
    let base = block.holdsLogs ? nil : chains.base(of: block.owner)
    let data = try compress(block.bytes, prefix: base?.prefix, level: Self.textLevel)
    let statement = try database.statement("insert_block")
    statement.bind(key, at: 1)
    statement.bind(base?.key, at: 2)
    statement.bind(Int64(block.members.count), at: 3)
    statement.bind(Int64(block.bytes.count), at: 4)
    statement.bind(borrowed: data, at: 5)
    try statement.run()
    var size = data.count
    if let outline = block.outline { size += try insert(outline, key: key, base: base) }
    return (size, base != nil)
  }

  private func insert(_ outline: [UInt8], key: Int64, base: BlockChains.Base?) throws -> Int {
    let data = try outline.withUnsafeBytes { try compress($0, prefix: base?.outline, level: Self.outlineLevel) }
    let statement = try database.statement("insert_outline")
    statement.bind(key, at: 1)
    statement.bind(base?.head, at: 2)
    statement.bind(Int64(outline.count), at: 3)
    statement.bind(borrowed: data, at: 4)
    try statement.run()
    return data.count
  }

  static let textLevel: Int32 = 1
  /// Below 1, zstd leaves literals as they are. Outlines are made of short values that Huffman codes gain 8 bytes a span
  /// on, for a third more time; and lists read outlines.
  static let outlineLevel: Int32 = -1

  /// A frame that is valid until the next one is made.
  func compress(_ bytes: UnsafeRawBufferPointer, prefix: [UInt8]?, level: Int32) throws -> UnsafeRawBufferPointer {
    guard let prefix else { return try compressor.frame(bytes, level: level) }
    return try prefix.withUnsafeBytes { try compressor.frame(bytes, prefix: $0, level: level) }
  }
}
