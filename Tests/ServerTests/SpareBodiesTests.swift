import Testing

@testable import Server

/// Buffers of bodies, used again.
@Suite struct SpareBodiesTests {
  private static let large = 2 << 20

  private func address(_ buffer: [UInt8]) -> UnsafeRawPointer? { buffer.withUnsafeBytes { $0.baseAddress } }

  @Test func givesABufferThatWasKept() {
    let spares = SpareBodies()
    var buffer = spares.take(Self.large)
    buffer.append(contentsOf: 0..<200)
    let first = address(buffer)
    spares.keep(buffer)
    buffer = []
    let again = spares.take(Self.large - 100_000)
    #expect(again.isEmpty)
    #expect(again.capacity >= Self.large)
    #expect(address(again) == first)
    #expect(spares.bytes == 0)
  }

  @Test func aBufferThatSomebodyHoldsIsNotWrittenTo() {
    let spares = SpareBodies()
    let held = [UInt8](repeating: 7, count: Self.large)
    spares.keep(held)
    var taken = spares.take(Self.large)
    taken.append(contentsOf: repeatElement(9, count: Self.large))
    #expect(held.allSatisfy { $0 == 7 })
    #expect(taken.count == Self.large)
  }

  @Test func keepsNeitherSmallOnesNorMoreThanItsBound() {
    let spares = SpareBodies()
    spares.keep([UInt8](repeating: 0, count: 1_000))
    #expect(spares.bytes == 0)
    for _ in 0..<20 { spares.keep([UInt8](repeating: 0, count: Self.large)) }
    #expect(spares.bytes <= 20 << 20)
    #expect(spares.bytes >= 16 << 20)
  }

  @Test func aMuchLargerBufferIsLeftForALargerBody() {
    let spares = SpareBodies()
    spares.keep([UInt8](repeating: 0, count: 5 * Self.large))
    _ = spares.take(Self.large)
    #expect(spares.bytes > 0)
  }

  @Test func givesAllBackWhenNobodyWantsOne() {
    let spares = SpareBodies()
    spares.keep([UInt8](repeating: 0, count: Self.large))
    #expect(spares.wasUsed())
    #expect(spares.bytes > 0)
    #expect(!spares.wasUsed())
    #expect(spares.bytes == 0)
  }
}
