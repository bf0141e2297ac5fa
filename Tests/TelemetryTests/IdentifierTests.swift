import Telemetry
import Testing

struct IdentifierTests {
  @Test func traceIDsAreSixteenBytesNotAllZero() throws {
    let id = try #require(TraceID(hex: "0102030405060708090A0b0c0d0e0f10"))
    #expect(id.bytes == Array(1...16))
    #expect(id.hex == "0102030405060708090a0b0c0d0e0f10")
    #expect(TraceID(bytes: [UInt8](repeating: 0, count: 16)) == nil)
    #expect(TraceID(bytes: Array(1...15)) == nil)
    #expect(TraceID(bytes: Array(1...17)) == nil)
    #expect(TraceID(hex: "01") == nil)
    #expect(TraceID(hex: "0102030405060708090a0b0c0d0e0f1g") == nil)
  }

  @Test func spanIDsAreEightBytesNotAllZero() throws {
    let id = try #require(SpanID(bytes: [0, 0, 0, 0, 0, 0, 1, 0xFF]))
    #expect(id.value == 0x1FF)
    #expect(id.hex == "00000000000001ff")
    #expect(SpanID(hex: id.hex) == id)
    #expect(SpanID(bytes: [UInt8](repeating: 0, count: 8)) == nil)
    #expect(SpanID(bytes: [1]) == nil)
  }

  @Test(arguments: 0..<50 as Range<UInt64>) func orderIsTheOrderOfTheBytes(seed: UInt64) throws {
    // Few different bytes, so that IDs often begin alike.
    let bytes = { (salt: UInt64) in
      (0..<16).map { place in
        1 + UInt8(truncatingIfNeeded: ((seed &* 31 &+ salt) &* 0x9E37_79B9_7F4A_7C15) >> (place * 3 + 8) & 1)
      }
    }
    let (a, b) = (bytes(1), bytes(77))
    let (first, second) = (try #require(TraceID(bytes: a)), try #require(TraceID(bytes: b)))
    #expect((first < second) == a.lexicographicallyPrecedes(b))
    #expect(try #require(TraceID(hex: first.hex)) == first)
  }

  @Test func hexRefusesOddCountsAndOtherCharacters() {
    #expect(Hex.decode("0".utf8) == nil)
    #expect(Hex.decode("0x".utf8) == nil)
    #expect(Hex.decode("".utf8) == [])
    #expect(Hex.decode("fF".utf8) == [255])
    #expect(Hex.encode([0, 15, 16, 255]) == "000f10ff")
  }
}
