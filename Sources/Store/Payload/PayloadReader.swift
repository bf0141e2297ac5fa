import Compression
import OTLP
import SQLite
import Telemetry

/// A trace read back from its blocks: every stored version of its spans, its log records, and where each lies.
struct TraceMaterial {
  var telemetry: DecodedTelemetry
  /// One for each of `telemetry.spans` and `telemetry.logs`.
  var spanLocations: [ItemLocation]
  var logLocations: [ItemLocation]
}

/// Slots of one block, one behind the other.
struct BlockRun {
  var block: Int64
  var slots: Range<Int>
}

/// Reads traces back from their blocks. Keeps the last few blocks unpacked: neighbouring traces share them.
/// Confined to one thread at a time, like the database it reads.
final class PayloadReader {
  let database: Database
  private let decompressor: ZstdDecompressor
  let limits: Limits
  /// What the blocks themselves hold, their outlines, and what of that is read: outlines, and blocks without one.
  private var contents = RecentBlocks<[UInt8]>(bytesMax: PayloadReader.recentBytesMax)
  private var outlines = RecentBlocks<[UInt8]>(bytesMax: PayloadReader.recentBytesMax)
  private var blocks = RecentBlocks<Block>(bytesMax: PayloadReader.recentBytesMax)
  private static let recentBytesMax = 1 << 20

  init(_ database: Database, limits: Limits) throws {
    self.database = database
    self.limits = limits
    decompressor = try ZstdDecompressor()
  }

  func forgetBlocks() {
    contents.removeAll()
    outlines.removeAll()
    blocks.removeAll()
  }

  /// The spans of the trace with row `key`, nil for a trace without a row, and the log records of `traceID`.
  func material(ofTrace traceID: TraceID, key: Int64?) throws -> TraceMaterial {
    var runs: [BlockRun] = []
    if let key {
      let statement = try database.statement("list_trace_blocks")
      statement.bind(key, at: 1)
      runs = try readRuns(statement)
    }
    return try material(of: runs + logRuns(ofTrace: traceID))
  }

  func logRuns(ofTrace traceID: TraceID) throws -> [BlockRun] {
    let statement = try database.statement("list_trace_logs")
    statement.bind(traceID.bytes, at: 1)
    return try readRuns(statement)
  }

  func material(of runs: [BlockRun]) throws -> TraceMaterial {
    var builder = MaterialBuilder(limits, runs: runs)
    for run in runs {
      let block = try block(run.block)
      try builder.add(run, of: block, texts: block.isOutline ? texts(of: run.block) : nil)
    }
    return builder.finish().material
  }

  /// The block's outline, or the block itself where it has none.
  func block(_ key: Int64) throws -> Block {
    if let block = blocks[key] { return block }
    let bytes = try outline(key) ?? texts(of: key)
    let block = try Block(bytes)
    blocks.insert(block, key: key, bytes: bytes.count)
    return block
  }

  /// What a block holds, unpacked: the texts of its outline, or all.
  func texts(of key: Int64) throws -> [UInt8] {
    if let found = contents[key] { return found }
    // Back along the chain to a block that is at hand or stands alone, then forth again.
    var chain: [(key: Int64, rawBytes: Int, data: [UInt8])] = []
    var base: [UInt8]?
    var next: Int64? = key
    while let wanted = next, base == nil {
      guard chain.count < 4 * limits.blockChainMax else {
        throw StoreError.unusable("block \(key) is at the end of a chain without end", hint: "run `steno verify`")
      }
      guard let row = try row("find_block", wanted) else { throw Self.missing(wanted) }
      chain.append((wanted, row.rawBytes, row.data))
      next = row.base
      base = row.base.flatMap { contents[$0] }
    }
    var content = base
    for row in chain.reversed() {
      let unpacked = try unpack(row.data, rawBytes: row.rawBytes, base: content)
      contents.insert(unpacked, key: row.key, bytes: unpacked.count)
      content = unpacked
    }
    guard let content else { throw Self.missing(key) }
    return content
  }

  /// The outline of a block, unpacked. At most one other has to be unpacked before it. nil: the block has none.
  func outline(_ key: Int64) throws -> [UInt8]? {
    if let found = outlines[key] { return found }
    guard let row = try row("find_outline", key) else { return nil }
    let bytes = try unpack(row.data, rawBytes: row.rawBytes, base: row.base.map { try head($0) })
    outlines.insert(bytes, key: key, bytes: bytes.count)
    return bytes
  }

  /// The outline of the first block of a chain.
  private func head(_ key: Int64) throws -> [UInt8] {
    if let found = outlines[key] { return found }
    guard let row = try row("find_outline", key), row.base == nil else { throw Self.missing(key) }
    let bytes = try unpack(row.data, rawBytes: row.rawBytes, base: nil)
    outlines.insert(bytes, key: key, bytes: bytes.count)
    return bytes
  }

  /// Shows the outlines of all blocks, unpacked, in the order in which they are stored.
  func forEachOutline(_ use: (_ key: Int64, _ outline: UnsafeRawBufferPointer) throws -> Void) throws {
    let max = 2 * Limits.bodyBytesCeiling
    var heads = RecentBlocks<[UInt8]>(bytesMax: Self.scannedHeadsBytesMax)
    defer { decompressor.endScan() }
    let statement = try database.statement("list_outlines")
    defer { statement.reset() }
    while try statement.step() {
      let key = statement.integer(0)
      let size = Int(statement.integer(2))
      guard let base = statement.optionalInteger(1) else {
        let bytes = try unpack(statement.bytes(3), rawBytes: size, base: nil)
        heads.insert(bytes, key: key, bytes: bytes.count)
        try bytes.withUnsafeBytes { try use(key, $0) }
        continue
      }
      let bytes = try heads[base] ?? head(base)
      heads.insert(bytes, key: base, bytes: bytes.count)
      try statement.withBytes(3) { data in
        try BlockChains.prefix(of: bytes, limits).withUnsafeBytes { prefix in
          try use(key, decompressor.scan(data, prefix: prefix, expectedSize: size, max: max))
        }
      }
    }
  }

  /// Blocks of one chain are stored within a few MB of each other while their session is live.
  private static let scannedHeadsBytesMax = 4 << 20

  private func unpack(_ data: [UInt8], rawBytes: Int, base: [UInt8]?) throws -> [UInt8] {
    let max = 2 * Limits.bodyBytesCeiling
    return try data.withUnsafeBytes { data in
      guard let base else { return try decompressor.decompress(data, expectedSize: rawBytes, max: max) }
      return try BlockChains.prefix(of: base, limits).withUnsafeBytes { prefix in
        try decompressor.decompress(data, prefix: prefix, expectedSize: rawBytes, max: max)
      }
    }
  }

  private func row(_ query: String, _ key: Int64) throws -> (base: Int64?, rawBytes: Int, data: [UInt8])? {
    let statement = try database.statement(named: query)
    statement.bind(key, at: 1)
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    return (statement.optionalInteger(0), Int(statement.integer(1)), statement.bytes(2))
  }

  private static func missing(_ key: Int64) -> StoreError {
    .unusable("block \(key) is missing", hint: "run `steno verify`, restore from a backup")
  }

  func readRuns(_ statement: Statement) throws -> [BlockRun] {
    var runs: [BlockRun] = []
    while try statement.step() {
      let first = Int(statement.integer(1))
      runs.append(BlockRun(block: statement.integer(0), slots: first..<first + Int(statement.integer(2))))
    }
    return runs
  }
}
