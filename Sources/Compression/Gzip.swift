import CZlib

/// Writes gzip. Source: RFC 1952.
package enum Gzip {
  /// One member at zlib's best level: for content that is compressed once and sent often.
  package static func compress(_ bytes: [UInt8]) throws(CompressionError) -> [UInt8] {
    guard let count = UInt32(exactly: bytes.count) else { throw .tooLarge(limit: Int(UInt32.max)) }
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard
      deflateInit2_(
        &stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
    else { throw .outOfMemory }
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    var code = Z_OK
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { out, written in
      bytes.withUnsafeBufferPointer { input in
        // zlib's interface is not const-correct: deflate does not write to next_in.
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = count
        stream.next_out = out.baseAddress
        stream.avail_out = UInt32(clamping: bound)
        code = deflate(&stream, Z_FINISH)
        written = bound - Int(stream.avail_out)
      }
    }
    guard code == Z_STREAM_END else { throw .corrupt(format: "gzip", reason: "code \(code)") }
    return packed
  }
}
