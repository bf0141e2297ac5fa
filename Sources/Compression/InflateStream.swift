import CZlib

/// Reads gzip (all members), zlib or raw deflate. Borrows the input, which must outlive it.
struct InflateStream: DecompressionStream {
  enum Format {
    case gzip, zlib, raw

    var name: String { self == .gzip ? "gzip" : "deflate" }

    /// Source: zlib.h, inflateInit2.
    fileprivate var windowBits: Int32 {
      switch self {
      case .gzip: 15 + 16
      case .zlib: 15
      case .raw: -15
      }
    }
  }

  private let format: Format
  private let input: UnsafeRawBufferPointer
  /// Bytes of the input that zlib was given so far. It counts them in 32 bits: an input may take several turns.
  private var givenCount = 0
  private let turnBytesMax: Int
  private let engine: Engine
  private var isAtEnd = false

  /// - Parameter turnBytesMax: at most `UInt32.max`.
  init(
    _ input: UnsafeRawBufferPointer, format: Format, turnBytesMax: Int = Int(UInt32.max)
  ) throws(CompressionError) {
    self.input = input
    self.format = format
    self.turnBytesMax = turnBytesMax
    engine = Engine()
    guard engine.open(windowBits: format.windowBits) else { throw .outOfMemory }
  }

  var inputCount: Int { input.count }

  /// A zlib header: method 8, and a multiple of 31 as a big-endian number. Source: RFC 1950 §2.2.
  static func looksLikeZlib(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 2 else { return false }
    return bytes[0] & 15 == 8 && (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0
  }

  var consumedCount: Int { givenCount - Int(engine.state.pointee.avail_in) }

  mutating func read(into out: UnsafeMutableRawBufferPointer) throws(CompressionError) -> Int {
    let stream = engine.state
    stream.pointee.next_out = out.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(clamping: out.count)
    while !isAtEnd, stream.pointee.avail_out > 0 {
      if stream.pointee.avail_in == 0 { give() }
      switch CZlib.inflate(stream, Z_NO_FLUSH) {
      case Z_OK: continue
      case Z_STREAM_END: try finishMember()
      case Z_BUF_ERROR: throw .truncated(format: format.name)
      case Z_NEED_DICT: throw .corrupt(format: format.name, reason: "it needs a preset dictionary")
      case Z_MEM_ERROR: throw .outOfMemory
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "it is no \(format.name) stream"
        throw .corrupt(format: format.name, reason: reason)
      }
    }
    return out.count - Int(stream.pointee.avail_out)
  }

  /// The next turn of the input; none is left at its end.
  private mutating func give() {
    let turn = input[givenCount...].prefix(turnBytesMax)
    // zlib's interface is not const-correct: inflate does not write to next_in.
    engine.state.pointee.next_in = UnsafeMutablePointer(
      mutating: UnsafeRawBufferPointer(rebasing: turn).baseAddress?.assumingMemoryBound(to: UInt8.self))
    engine.state.pointee.avail_in = UInt32(clamping: turn.count)
    givenCount += turn.count
  }

  /// Behind a gzip member: the end, another member, or zero bytes that pad it. Source: RFC 1952 §2.2, gzip(1).
  private mutating func finishMember() throws(CompressionError) {
    let rest = UnsafeRawBufferPointer(rebasing: input[consumedCount...])
    if rest.isEmpty {
      isAtEnd = true
    } else if format == .gzip, rest[0] == 0x1F {
      guard inflateReset(engine.state) == Z_OK else { throw .outOfMemory }
    } else if format == .gzip, rest.allSatisfy({ $0 == 0 }) {
      isAtEnd = true
    } else {
      throw .corrupt(format: format.name, reason: "bytes follow its end")
    }
  }

  /// Owns the stream's state, which zlib does not allow to move.
  private final class Engine {
    let state: UnsafeMutablePointer<z_stream>
    private var isOpen = false

    init() {
      state = .allocate(capacity: 1)
      state.initialize(to: z_stream())
    }

    func open(windowBits: Int32) -> Bool {
      isOpen = inflateInit2_(state, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
      return isOpen
    }

    deinit {
      if isOpen { inflateEnd(state) }
      state.deallocate()
    }
  }
}

/// The size that a gzip trailer names: exact for one member below 4 GiB, a guess else. Source: RFC 1952 §2.3.1, ISIZE.
func gzipSizeHint(_ bytes: UnsafeRawBufferPointer) -> Int? {
  guard bytes.count >= 18 else { return nil }
  return Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self)))
}
