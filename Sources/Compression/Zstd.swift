import CZstd

/// A reusable zstd compressor. Confined to one thread at a time: it owns a context and a scratch buffer that every call
/// uses again. Frames carry their content size and a checksum (4 bytes), so that a damaged block is told from a good one.
package final class ZstdCompressor {
  private let context: OpaquePointer
  private var scratch: UnsafeMutableRawBufferPointer
  private var level: Int32 = 0

  /// - Parameter level: 1 (fast) … 19 (small), or below 0 (faster, larger); a call may name another one.
  package init(level: Int32 = 1) throws(CompressionError) {
    guard let context = ZSTD_createCCtx() else { throw .outOfMemory }
    self.context = context
    scratch = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    use(level: level)
  }

  deinit {
    ZSTD_freeCCtx(context)
    scratch.deallocate()
  }

  /// One whole frame. `level` nil: the level of the call before. What repeats `prefix` costs next to nothing, and the
  /// frame can be read with that prefix only.
  package func compress(
    _ bytes: UnsafeRawBufferPointer, prefix: UnsafeRawBufferPointer? = nil, level: Int32? = nil
  ) throws(CompressionError) -> [UInt8] {
    [UInt8](try frame(bytes, prefix: prefix, level: level))
  }

  /// The same in memory that is used again: valid until the next call.
  package func frame(
    _ bytes: UnsafeRawBufferPointer, prefix: UnsafeRawBufferPointer? = nil, level: Int32? = nil
  ) throws(CompressionError) -> UnsafeRawBufferPointer {
    if let level, level != self.level { use(level: level) }
    if let prefix { ZSTD_CCtx_refPrefix(context, prefix.baseAddress, prefix.count) }
    let bound = ZSTD_compressBound(bytes.count)
    if scratch.count < bound {
      scratch.deallocate()
      scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: bound, alignment: 16)
    }
    let written = ZSTD_compress2(context, scratch.baseAddress, scratch.count, bytes.baseAddress, bytes.count)
    if ZSTD_isError(written) != 0 {
      throw .corrupt(format: "zstd", reason: String(cString: ZSTD_getErrorName(written)))
    }
    return UnsafeRawBufferPointer(rebasing: scratch.prefix(written))
  }

  package func compress(_ bytes: [UInt8], level: Int32? = nil) throws(CompressionError) -> [UInt8] {
    try result(over: bytes) { bytes throws(CompressionError) in try compress(bytes, level: level) }
  }

  private func use(level: Int32) {
    self.level = level
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
  }
}

/// A reusable zstd decompressor. Confined to one thread at a time.
package final class ZstdDecompressor {
  private let context: OpaquePointer
  private var scratch = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  package init() throws(CompressionError) {
    guard let context = ZSTD_createDCtx() else { throw .outOfMemory }
    self.context = context
  }

  deinit {
    ZSTD_freeDCtx(context)
    scratch.deallocate()
  }

  /// The content of the frame (or frames) in `bytes`, which must be `expectedSize` bytes long.
  /// - Parameter prefix: the prefix that the frame was compressed with.
  /// - Parameter max: an expected size above it is refused before anything is allocated.
  package func decompress(
    _ bytes: UnsafeRawBufferPointer, prefix: UnsafeRawBufferPointer? = nil, expectedSize: Int, max: Int
  ) throws(CompressionError) -> [UInt8] {
    guard expectedSize <= max else { throw .tooLarge(limit: max) }
    guard expectedSize >= 0 else { throw .corrupt(format: "zstd", reason: "negative size") }
    if let prefix { ZSTD_DCtx_refPrefix(context, prefix.baseAddress, prefix.count) }
    var written = 0
    let content = [UInt8](unsafeUninitializedCapacity: expectedSize) { out, count in
      written = ZSTD_decompressDCtx(context, out.baseAddress, expectedSize, bytes.baseAddress, bytes.count)
      count = ZSTD_isError(written) == 0 ? written : 0
    }
    if ZSTD_isError(written) != 0 {
      throw .corrupt(format: "zstd", reason: String(cString: ZSTD_getErrorName(written)))
    }
    guard written == expectedSize else {
      throw .corrupt(format: "zstd", reason: "\(written) bytes instead of \(expectedSize)")
    }
    return content
  }

  package func decompress(_ bytes: [UInt8], expectedSize: Int, max: Int) throws(CompressionError) -> [UInt8] {
    try result(over: bytes) { bytes throws(CompressionError) in
      try decompress(bytes, expectedSize: expectedSize, max: max)
    }
  }

  /// The same into memory that is used again: valid until the next call.
  package func scan(
    _ bytes: UnsafeRawBufferPointer, prefix: UnsafeRawBufferPointer?, expectedSize: Int, max: Int
  ) throws(CompressionError) -> UnsafeRawBufferPointer {
    guard expectedSize <= max else { throw .tooLarge(limit: max) }
    if scratch.count < expectedSize {
      scratch.deallocate()
      scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: expectedSize, alignment: 16)
    }
    if let prefix { ZSTD_DCtx_refPrefix(context, prefix.baseAddress, prefix.count) }
    let written = ZSTD_decompressDCtx(context, scratch.baseAddress, scratch.count, bytes.baseAddress, bytes.count)
    if ZSTD_isError(written) != 0 {
      throw .corrupt(format: "zstd", reason: String(cString: ZSTD_getErrorName(written)))
    }
    guard written == expectedSize else {
      throw .corrupt(format: "zstd", reason: "\(written) bytes instead of \(expectedSize)")
    }
    return UnsafeRawBufferPointer(rebasing: scratch.prefix(written))
  }

  /// Gives back the memory of `scan`.
  package func endScan() {
    scratch.deallocate()
    scratch = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  }
}

/// `withUnsafeBytes` of an array rethrows untyped; this keeps the error's type.
func result<Value>(
  over bytes: [UInt8], _ use: (UnsafeRawBufferPointer) throws(CompressionError) -> Value
) throws(CompressionError) -> Value {
  let outcome: Result<Value, CompressionError> = bytes.withUnsafeBytes { bytes in
    do throws(CompressionError) { return .success(try use(bytes)) } catch { return .failure(error) }
  }
  return try outcome.get()
}
