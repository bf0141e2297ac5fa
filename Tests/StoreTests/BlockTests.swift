import OTLP
import Telemetry
import Testing

@testable import Store

@Suite struct BlockTests {
  private func telemetry(seed: UInt64) throws -> DecodedTelemetry {
    try Traffic(seed: seed).spans.decoded(limits: Limits())
  }

  private func block(of telemetry: DecodedTelemetry) -> [UInt8] {
    var encoder = BlockEncoder()
    for index in telemetry.spans.indices { _ = encoder.add(span: index, of: telemetry, request: 0) }
    return encoder.finish()
  }

  @Test(arguments: 0..<20) func everyMessageComesBackAsItWas(seed: UInt64) throws {
    let telemetry = try telemetry(seed: seed)
    let block = try Block(block(of: telemetry))
    #expect(block.items.count == telemetry.spans.count)
    for (item, ref) in zip(block.items, telemetry.spans) {
      #expect(block.bytes[item.message] == telemetry.body[ref.message.range])
      let resource = telemetry.resources[ref.resource]
      #expect(block.bytes[block.resources[item.resource].message] == telemetry.body[resource.message.range])
      #expect(
        block.bytes[block.resources[item.resource].requestProject] == telemetry.body[resource.requestProject.range])
    }
  }

  @Test func equalResourcesStandOnce() throws {
    let telemetry = try telemetry(seed: 1)
    let block = try Block(block(of: telemetry))
    #expect(block.resources.count <= 4)
    #expect(block.scopes.count == 1)
  }

  @Test func aBlockThatEndsEarlyIsDamageAndNoTrap() throws {
    let bytes = block(of: try telemetry(seed: 2))
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: StoreError.self) { try Block(Array(bytes.prefix(count))) }
    }
  }

  @Test(arguments: 0..<200) func changedBytesNeverTrap(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var bytes = block(of: try telemetry(seed: seed % 5))
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      let place = random.chance(70) ? Int.random(in: 0..<min(600, bytes.count), using: &random) : 0
      bytes[place] = UInt8.random(in: 0...255, using: &random)
    }
    guard let block = try? Block(bytes) else { return }
    for item in block.items where item.kind != .removed {
      #expect(item.message.upperBound <= bytes.count)
      #expect(item.resource < block.resources.count)
    }
  }
}
