import Testing

@testable import Compression

/// Decompression within a limit, whatever comes.
@Suite struct CompressionTests {
  private func encoded(_ plain: [UInt8]) throws -> [(ContentEncoding, [UInt8])] {
    let gzip = try Gzip.compress(plain)
    return [
      (.gzip, gzip), (.deflate, Array(gzip.dropFirst(10).dropLast(8))), (.zstd, try ZstdCompressor().compress(plain)),
    ]
  }

  @Test(arguments: [0, 1, 1_000, 64 << 10, (8 << 20) - 1, 8 << 20, (8 << 20) + 1, 20 << 20])
  func readsUpToTheLimitAndNotBeyond(_ size: Int) throws {
    let plain = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 7) }
    for (encoding, body) in try encoded(plain) {
      #expect(try encoding.decompress(body, limit: size) == plain)
      if size > 0 {
        #expect(throws: CompressionError.tooLarge(limit: size - 1)) { try encoding.decompress(body, limit: size - 1) }
      }
    }
  }

  @Test func joinsMembersAndFrames() throws {
    let (a, b) = ([UInt8](repeating: 1, count: 70_000), [UInt8](repeating: 2, count: 3))
    let gzip = try Gzip.compress(a) + Gzip.compress(b)
    #expect(try ContentEncoding.gzip.decompress(gzip, limit: 1 << 20) == a + b)
    #expect(try ContentEncoding.gzip.decompress(gzip + [0, 0, 0], limit: 1 << 20) == a + b)
    #expect(throws: CompressionError.self) { try ContentEncoding.gzip.decompress(gzip + [7], limit: 1 << 20) }
    let compressor = try ZstdCompressor()
    let zstd = try compressor.compress(a) + compressor.compress(b)
    #expect(try ContentEncoding.zstd.decompress(zstd, limit: 1 << 20) == a + b)
  }

  /// zlib counts its input in 32 bits: a longer one is given to it in several turns.
  @Test(arguments: 1...24) func anInputOfSeveralTurnsIsOne(turnBytesMax: Int) throws {
    let plain = (0..<3_000).map { UInt8(truncatingIfNeeded: $0 &* $0) }
    let body = try Gzip.compress(plain) + Gzip.compress([]) + Gzip.compress(plain) + [0, 0, 0]
    try body.withUnsafeBytes { bytes in
      var stream = try InflateStream(bytes, format: .gzip, turnBytesMax: turnBytesMax)
      var read = [UInt8](repeating: 0, count: 2 * plain.count + 1)
      let count = try read.withUnsafeMutableBytes { try stream.read(into: $0) }
      #expect(Array(read[..<count]) == plain + plain)
      #expect(stream.consumedCount <= body.count)
      var cut = try InflateStream(
        UnsafeRawBufferPointer(rebasing: bytes.dropLast(4)), format: .gzip, turnBytesMax: turnBytesMax)
      #expect(throws: CompressionError.truncated(format: "gzip")) {
        try read.withUnsafeMutableBytes { try cut.read(into: $0) }
      }
    }
  }

  @Test func everyTruncationIsAnError() throws {
    let plain = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* $0) }
    for (encoding, body) in try encoded(plain) {
      for count in 0..<body.count {
        #expect(throws: CompressionError.self) { try encoding.decompress(Array(body.prefix(count)), limit: 1 << 20) }
      }
    }
  }

  @Test func blocksComeBackAndDamageIsSeen() throws {
    let compressor = try ZstdCompressor()
    let decompressor = try ZstdDecompressor()
    for size in [0, 1, 500, 300_000] {
      let plain = (0..<size).map { UInt8(truncatingIfNeeded: $0 / 7) }
      let packed = try compressor.compress(plain, level: 3)
      #expect(try decompressor.decompress(packed, expectedSize: size, max: size) == plain)
      #expect(throws: CompressionError.self) { try decompressor.decompress(packed, expectedSize: size + 1, max: .max) }
      #expect(throws: CompressionError.tooLarge(limit: size)) {
        try decompressor.decompress(packed, expectedSize: size + 1, max: size)
      }
      for index in packed.indices.prefix(60) {
        var damaged = packed
        damaged[index] ^= 0x10
        let read = try? decompressor.decompress(damaged, expectedSize: size, max: size)
        #expect(read == nil || read == plain)
      }
    }
  }
}
