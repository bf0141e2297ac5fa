/// The content encodings of a request body that are decoded. Source: RFC 9110 §8.4.1, RFC 8878, RFC 9659.
package enum ContentEncoding: Sendable, CaseIterable {
  case gzip
  /// A zlib stream or, as some clients send, raw deflate.
  case deflate
  case zstd

  /// The whole content of `body`, which may hold several gzip members or zstd frames.
  ///
  /// - Parameter limit: more bytes than this are `.tooLarge`. At most `directBytesMax` bytes are written before the
  ///   size of a content is known, so that a bomb costs time for `limit` bytes but not their memory.
  package func decompress(_ body: [UInt8], limit: Int) throws(CompressionError) -> [UInt8] {
    try result(over: body) { bytes throws(CompressionError) in
      switch self {
      case .gzip:
        return try collect(limit: limit, sizeHint: gzipSizeHint(bytes)) { () throws(CompressionError) in
          try InflateStream(bytes, format: .gzip)
        }
      case .zstd:
        return try collect(limit: limit, sizeHint: zstdSizeHint(bytes)) { () throws(CompressionError) in
          try ZstdStream(bytes)
        }
      case .deflate: return try inflate(bytes, limit: limit)
      }
    }
  }

  /// Two bytes of a raw stream may look like zlib's header: where that reading fails, the other is tried.
  private func inflate(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(CompressionError) -> [UInt8] {
    func read(_ format: InflateStream.Format) throws(CompressionError) -> [UInt8] {
      try collect(limit: limit, sizeHint: nil) { () throws(CompressionError) in
        try InflateStream(bytes, format: format)
      }
    }
    guard InflateStream.looksLikeZlib(bytes) else { return try read(.raw) }
    do throws(CompressionError) {
      return try read(.zlib)
    } catch .corrupt(let format, let reason) {
      do throws(CompressionError) {
        return try read(.raw)
      } catch .tooLarge(let limit) {
        throw .tooLarge(limit: limit)
      } catch {
        throw .corrupt(format: format, reason: reason)
      }
    } catch {
      throw error
    }
  }
}

/// Bytes that are written while it is not known how many will come.
private let directBytesMax = 8 << 20

/// Reads a stream into one array of exactly its size: at once where the guess of its size holds, else in two passes,
/// the first of which only counts.
///
/// - Parameter sizeHint: what the content says of its own size. A sound one has at least so many bytes: where that is
///   too many, nothing is counted, and a bomb that does not lie costs the time of `directBytesMax` bytes.
private func collect<Stream: DecompressionStream>(
  limit: Int, sizeHint: Int?, open: () throws(CompressionError) -> Stream
) throws(CompressionError) -> [UInt8] {
  var stream = try open()
  let guess = min(sizeHint ?? max(stream.inputCount, 1 << 10) * 8, limit, directBytesMax)
  var written = 0
  let content = try filled(capacity: guess) { out throws(CompressionError) in
    written = try stream.read(into: out)
    return written
  }
  let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
  defer { scratch.deallocate() }
  var more = 0
  while true {
    let count = try stream.read(into: scratch)
    if count == 0 { break }
    if let sizeHint, sizeHint > limit { throw .tooLarge(limit: limit) }
    more += count
    if written + more > limit { throw .tooLarge(limit: limit) }
  }
  if more == 0 { return content }
  var again = try open()
  let size = written + more
  return try filled(capacity: size) { out throws(CompressionError) in try again.read(into: out) }
}

/// An array that `fill` writes; it returns how many bytes of the buffer it wrote.
private func filled(
  capacity: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(CompressionError) -> Int
) throws(CompressionError) -> [UInt8] {
  var failure: CompressionError?
  let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { out, count in
    do throws(CompressionError) {
      count = try fill(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(out)[..<capacity]))
    } catch {
      count = 0
      failure = error
    }
  }
  if let failure { throw failure }
  return bytes
}

/// One compressed input that is read piece by piece.
protocol DecompressionStream {
  /// Bytes of the whole input.
  var inputCount: Int { get }

  /// Bytes of the input that won't be looked at again.
  var consumedCount: Int { get }

  /// Fills `out`; fewer bytes than it holds only at the end of the input, 0 behind it.
  mutating func read(into out: UnsafeMutableRawBufferPointer) throws(CompressionError) -> Int
}
