/// One compressed input that is read piece by piece, in flat memory however much comes out of it. Borrows the input,
/// which must outlive it.
package struct ContentStream {
  private var stream: any DecompressionStream

  package init(_ bytes: UnsafeRawBufferPointer, _ encoding: ContentEncoding) throws(CompressionError) {
    switch encoding {
    case .gzip: stream = try InflateStream(bytes, format: .gzip)
    case .deflate:
      stream = try InflateStream(bytes, format: InflateStream.looksLikeZlib(bytes) ? .zlib : .raw)
    case .zstd: stream = try ZstdStream(bytes)
    }
  }

  /// The encoding that the first bytes give away: gzip's or zstd's magic number.
  /// Source: RFC 1952 §2.3.1, RFC 8878 §3.1.1.
  package static func encoding(of bytes: UnsafeRawBufferPointer) -> ContentEncoding? {
    if bytes.starts(with: [0x1F, 0x8B]) { return .gzip }
    return bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) ? .zstd : nil
  }

  /// Bytes of the input that won't be looked at again.
  package var consumedCount: Int { stream.consumedCount }

  /// Fills `out`; fewer bytes than it holds only at the end of the content, 0 behind it.
  package mutating func read(into out: UnsafeMutableRawBufferPointer) throws(CompressionError) -> Int {
    try stream.read(into: out)
  }
}
