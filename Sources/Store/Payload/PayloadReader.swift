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
  private let limits: Limits
  private var recent: [(key: Int64, block: Block)] = []
  private var recentBytes = 0
  private static let recentBytesMax = 2 << 20

  init(_ database: Database, limits: Limits) throws {
    self.database = database
    self.limits = limits
    decompressor = try ZstdDecompressor()
  }

  func forgetBlocks() {
    recent.removeAll()
    recentBytes = 0
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
    var assembler = TelemetryAssembler(limits: limits)
    var spans: [ItemLocation] = []
    var logs: [ItemLocation] = []
    for run in runs {
      let block = try block(run.block)
      try block.bytes.withUnsafeBytes { bytes in
        var tables = BlockTables(block, bytes)
        for slot in run.slots {
          guard block.items.indices.contains(slot) else {
            throw StoreError.unusable("block \(run.block) has no slot \(slot)", hint: "run `steno verify`")
          }
          let item = block.items[slot]
          if item.kind == .removed { continue }
          let resource = try tables.resource(item.resource, in: &assembler)
          let scope = try tables.scope(item.scope, in: &assembler)
          let message = assembler.append(UnsafeRawBufferPointer(rebasing: bytes[item.message]))
          let location = ItemLocation(block: run.block, slot: slot)
          if item.kind == .span {
            try assembler.addSpan(message, resource: resource, scope: scope)
            spans.append(location)
          } else {
            try assembler.addLog(message, resource: resource, scope: scope)
            logs.append(location)
          }
        }
      }
    }
    return TraceMaterial(telemetry: assembler.finish(), spanLocations: spans, logLocations: logs)
  }

  /// The block, unpacked.
  func block(_ key: Int64) throws -> Block {
    if let block = remembered(key) { return block }
    // Back along the chain to a block that is at hand or stands alone, then forth again.
    var chain: [(key: Int64, rawBytes: Int, data: [UInt8])] = []
    var base: Block?
    var next: Int64? = key
    while let wanted = next, base == nil {
      guard chain.count < 4 * limits.blockChainMax else {
        throw StoreError.unusable("block \(key) is at the end of a chain without end", hint: "run `steno verify`")
      }
      let row = try row(ofBlock: wanted)
      chain.append((wanted, row.rawBytes, row.data))
      next = row.base
      base = row.base.flatMap { remembered($0) }
    }
    var block = base
    for row in chain.reversed() {
      let unpacked = try Block(unpack(row.data, rawBytes: row.rawBytes, base: block))
      remember(unpacked, key: row.key)
      block = unpacked
    }
    guard let block else { throw StoreError.unusable("block \(key) is missing", hint: "run `steno verify`") }
    return block
  }

  private func unpack(_ data: [UInt8], rawBytes: Int, base: Block?) throws -> [UInt8] {
    let max = 2 * limits.decompressedBodyBytesMax
    return try data.withUnsafeBytes { data in
      guard let base else { return try decompressor.decompress(data, expectedSize: rawBytes, max: max) }
      return try BlockChains.prefix(of: base.bytes, limits).withUnsafeBytes { prefix in
        try decompressor.decompress(data, prefix: prefix, expectedSize: rawBytes, max: max)
      }
    }
  }

  private func row(ofBlock key: Int64) throws -> (base: Int64?, rawBytes: Int, data: [UInt8]) {
    let statement = try database.statement("find_block")
    statement.bind(key, at: 1)
    guard try statement.step() else {
      throw StoreError.unusable("block \(key) is missing", hint: "run `steno verify`, restore from a backup")
    }
    defer { statement.reset() }
    return (statement.optionalInteger(0), Int(statement.integer(1)), statement.bytes(2))
  }

  private func remembered(_ key: Int64) -> Block? { recent.last { $0.key == key }?.block }

  private func remember(_ block: Block, key: Int64) {
    recent.append((key, block))
    recentBytes += block.bytes.count
    while recentBytes > Self.recentBytesMax, recent.count > 1 { recentBytes -= recent.removeFirst().block.bytes.count }
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

/// Copies a block's resources and scopes into the telemetry that is assembled from it, each once.
private struct BlockTables {
  private let block: Block
  private let bytes: UnsafeRawBufferPointer
  private var resources: [Int: Int] = [:]
  private var scopes: [Int: Int] = [:]

  init(_ block: Block, _ bytes: UnsafeRawBufferPointer) {
    self.block = block
    self.bytes = bytes
  }

  mutating func resource(_ number: Int, in assembler: inout TelemetryAssembler) throws -> Int {
    if let index = resources[number] { return index }
    let resource = block.resources[number]
    let message = copy(resource.message, into: &assembler)
    let schemaURL = copy(resource.schemaURL, into: &assembler)
    let requestProject = copy(resource.requestProject, into: &assembler)
    let index = try assembler.addResource(message, schemaURL: schemaURL, requestProject: requestProject)
    resources[number] = index
    return index
  }

  mutating func scope(_ number: Int, in assembler: inout TelemetryAssembler) throws -> Int {
    if let index = scopes[number] { return index }
    let scope = block.scopes[number]
    let message = copy(scope.message, into: &assembler)
    let schemaURL = copy(scope.schemaURL, into: &assembler)
    let index = try assembler.addScope(message, schemaURL: schemaURL)
    scopes[number] = index
    return index
  }

  private func copy(_ range: Range<Int>, into assembler: inout TelemetryAssembler) -> ByteRange {
    range.isEmpty ? .empty : assembler.append(UnsafeRawBufferPointer(rebasing: bytes[range]))
  }
}
