import Conversations
import OTLP
import Telemetry
import Testing

@testable import Store

@Suite struct BlockTests {
  private func telemetry(seed: UInt64) throws -> DecodedTelemetry {
    try Traffic(seed: seed).spans.decoded(limits: Limits())
  }

  /// Whole, as log records are packed, or as an outline and its texts.
  private func block(of telemetry: DecodedTelemetry, split: Bool) throws -> (bytes: [UInt8], texts: [UInt8]) {
    var encoder = BlockEncoder()
    var splitter = SpanSplitter()
    splitter.begin()
    try telemetry.withView { view in
      for ref in telemetry.spans {
        let resource = encoder.number(ofResource: ref.resource, of: telemetry, request: 0)
        let scope = encoder.number(ofScope: ref.scope, of: telemetry, request: 0)
        if split {
          try encoder.add(view[ref.message], resource: resource, scope: scope, to: &splitter) { _ in
            CutRule(bytesMin: 6, isKept: false)
          }
        } else {
          encoder.add(.span, view[ref.message], resource: resource, scope: scope)
        }
      }
    }
    if !split { return (encoder.finish(), []) }
    let (outline, texts) = (encoder.outline(splitter), splitter.texts)
    return (outline, texts)
  }

  private func message(_ item: Block.Item, of block: Block, texts: [UInt8]) throws -> [UInt8] {
    if !block.isOutline { return Array(block.bytes[item.message]) }
    var joiner = SpanJoiner()
    return try block.bytes.withUnsafeBytes { bytes in
      try joiner.join(item, of: block, bytes, texts: texts)
      return joiner.withMessage { Array($0) }
    }
  }

  @Test(arguments: 0..<20, [false, true]) func everyMessageComesBackAsItWas(seed: UInt64, split: Bool) throws {
    let telemetry = try telemetry(seed: seed)
    let (bytes, texts) = try block(of: telemetry, split: split)
    let block = try Block(bytes)
    #expect(block.items.count == telemetry.spans.count)
    #expect(texts.isEmpty != split)
    for (item, ref) in zip(block.items, telemetry.spans) {
      #expect(try message(item, of: block, texts: texts) == Array(telemetry.body[ref.message.range]))
      let resource = telemetry.resources[ref.resource]
      #expect(block.bytes[block.resources[item.resource].message] == telemetry.body[resource.message.range])
      #expect(
        block.bytes[block.resources[item.resource].requestProject] == telemetry.body[resource.requestProject.range])
    }
  }

  @Test(arguments: [false, true]) func equalResourcesStandOnce(split: Bool) throws {
    let block = try Block(block(of: telemetry(seed: 1), split: split).bytes)
    #expect(block.resources.count <= 4)
    #expect(block.scopes.count == 1)
  }

  @Test(arguments: [false, true]) func aBlockThatEndsEarlyIsDamageAndNoTrap(split: Bool) throws {
    let bytes = try block(of: telemetry(seed: 2), split: split).bytes
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: StoreError.self) { try Block(Array(bytes.prefix(count))) }
    }
  }

  @Test(arguments: 0..<200, [false, true]) func changedBytesNeverTrap(seed: UInt64, split: Bool) throws {
    var random = SeededGenerator(seed: seed)
    var (bytes, texts) = try block(of: telemetry(seed: seed % 5), split: split)
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      let place = random.chance(70) ? Int.random(in: 0..<min(600, bytes.count), using: &random) : 0
      let anywhere = Int.random(in: 0..<bytes.count, using: &random)
      bytes[random.chance(50) ? place : anywhere] = UInt8.random(in: 0...255, using: &random)
    }
    if random.chance(20) { texts.removeLast(texts.count / 2) }
    guard let block = try? Block(bytes) else { return }
    for item in block.items where item.kind != .removed {
      #expect(item.message.upperBound <= bytes.count)
      #expect(item.resource < block.resources.count)
      _ = try? message(item, of: block, texts: texts)
    }
  }
}
