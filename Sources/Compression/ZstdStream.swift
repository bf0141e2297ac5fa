import CZstd

/// Reads one or more zstd frames. Borrows the input, which must outlive it.
struct ZstdStream: DecompressionStream {
  /// What a decoder of the content coding must allow, and what this one allows: 8 MiB. Source: RFC 9659 §3.
  private static let windowLogMax: Int32 = 23

  let inputCount: Int
  private let engine: Engine
  private var input: ZSTD_inBuffer
  /// Bytes that the frame still wants, as a hint; 0 between frames.
  private var wanted = 0

  init(_ bytes: UnsafeRawBufferPointer) throws(CompressionError) {
    guard let context = ZSTD_createDCtx() else { throw .outOfMemory }
    engine = Engine(context: context)
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLogMax)
    inputCount = bytes.count
    input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    if bytes.isEmpty { throw .truncated(format: "zstd") }
  }

  var consumedCount: Int { input.pos }

  mutating func read(into out: UnsafeMutableRawBufferPointer) throws(CompressionError) -> Int {
    var output = ZSTD_outBuffer(dst: out.baseAddress, size: out.count, pos: 0)
    while output.pos < output.size {
      if input.pos == input.size, wanted == 0 { break }
      let before = (input.pos, output.pos)
      wanted = ZSTD_decompressStream(engine.context, &output, &input)
      if ZSTD_isError(wanted) != 0 {
        throw .corrupt(format: "zstd", reason: String(cString: ZSTD_getErrorName(wanted)))
      }
      if before == (input.pos, output.pos), wanted != 0 { throw .truncated(format: "zstd") }
    }
    return output.pos
  }

  private final class Engine {
    let context: OpaquePointer

    init(context: OpaquePointer) { self.context = context }

    deinit { ZSTD_freeDCtx(context) }
  }
}

/// The size that the first frame's header names, where it does. Source: zstd.h, ZSTD_getFrameContentSize.
func zstdSizeHint(_ bytes: UnsafeRawBufferPointer) -> Int? {
  // Unknown and error are the two greatest values, which are no Int.
  Int(exactly: ZSTD_getFrameContentSize(bytes.baseAddress, bytes.count))
}
