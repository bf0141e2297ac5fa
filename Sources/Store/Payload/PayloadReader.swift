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
  private let database: Database
  private let decompressor: ZstdDecompressor
  private let limits: Limits
  private var recent: [(key: Int64, block: Block)] = []
  private static let recentMax = 8

  init(_ database: Database, limits: Limits) throws {
    self.database = database
    self.limits = limits
    decompressor = try ZstdDecompressor()
  }

  func forgetBlocks() { recent.removeAll() }

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

  private func block(_ key: Int64) throws -> Block {
    if let found = recent.first(where: { $0.key == key }) { return found.block }
    let statement = try database.statement("find_block")
    statement.bind(key, at: 1)
    guard try statement.step() else {
      throw StoreError.unusable("block \(key) is missing", hint: "run `steno verify`, restore from a backup")
    }
    defer { statement.reset() }
    let rawBytes = Int(statement.integer(0))
    let bytes = try statement.withBytes(1) { data in
      try decompressor.decompress(data, expectedSize: rawBytes, max: 2 * limits.decompressedBodyBytesMax)
    }
    let block = try Block(bytes)
    recent.append((key, block))
    if recent.count > Self.recentMax { recent.removeFirst() }
    return block
  }

  private func readRuns(_ statement: Statement) throws -> [BlockRun] {
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
