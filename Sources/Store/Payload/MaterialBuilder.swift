import OTLP
import Telemetry

/// Reads slots of blocks into one telemetry: whole, or without the texts.
struct MaterialBuilder {
  private var assembler: TelemetryAssembler
  private var spans: [ItemLocation] = []
  private var logs: [ItemLocation] = []
  /// Of each span, where in `cuts` its attributes without their values begin.
  private var cutStarts: [Int] = []
  private var cuts: [Int] = []
  /// A span was read without something that its facts need.
  private(set) var lacksFacts = false

  init(_ limits: Limits, runs: [BlockRun]) {
    assembler = TelemetryAssembler(limits: limits)
    let spans = runs.prefix(limits.blockSpansMax).reduce(0) { $0 + min(limits.blockSpansMax, $1.slots.count) }
    assembler.reserve(spans: min(spans, limits.blockSpansMax))
  }

  /// - Parameter texts: those of the block, if it is an outline and they are wanted.
  mutating func add(_ run: BlockRun, of block: Block, texts: [UInt8]?) throws {
    try block.bytes.withUnsafeBytes { bytes in
      var tables = BlockTables(block, bytes)
      var joiner = SpanJoiner()
      for slot in run.slots {
        guard block.items.indices.contains(slot) else {
          throw StoreError.unusable("block \(run.block) has no slot \(slot)", hint: "run `steno verify`")
        }
        let item = block.items[slot]
        if item.kind == .removed { continue }
        let resource = try tables.resource(item.resource, in: &assembler)
        let scope = try tables.scope(item.scope, in: &assembler)
        let location = ItemLocation(block: run.block, slot: slot)
        cutStarts.append(cuts.count)
        let message: ByteRange
        if block.isOutline {
          try joiner.join(item, of: block, bytes, texts: texts)
          message = joiner.withMessage { assembler.append($0) }
          cuts.append(contentsOf: joiner.cuts)
          if item.kind == .longSpan, texts == nil { lacksFacts = true }
        } else {
          message = assembler.append(UnsafeRawBufferPointer(rebasing: bytes[item.message]))
        }
        if item.kind == .log {
          cutStarts.removeLast()
          try assembler.addLog(message, resource: resource, scope: scope)
          logs.append(location)
        } else {
          try assembler.addSpan(message, resource: resource, scope: scope)
          spans.append(location)
        }
      }
    }
  }

  consuming func finish() -> TraceOutline {
    TraceOutline(
      material: TraceMaterial(telemetry: assembler.finish(), spanLocations: spans, logLocations: logs),
      cutStarts: cutStarts, cuts: cuts)
  }
}

extension SpanJoiner {
  /// Joins the span of an item, without its texts if `texts` is nil.
  mutating func join(_ item: Block.Item, of block: Block, _ bytes: UnsafeRawBufferPointer, texts: [UInt8]?) throws {
    let shape = ByteRange(offset: item.shape.lowerBound, count: item.shape.count)
    let values = ByteRange(offset: item.values.lowerBound, count: item.values.count)
    guard let texts else {
      return try join(bytes, keys: block.keys, shape: shape, values: values, texts: nil)
    }
    guard item.texts.upperBound <= texts.count else { throw BlockReader.damaged("its texts end early") }
    try texts.withUnsafeBytes { texts in
      let own = UnsafeRawBufferPointer(rebasing: texts[item.texts])
      try join(bytes, keys: block.keys, shape: shape, values: values, texts: own)
    }
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
