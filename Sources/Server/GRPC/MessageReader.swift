import NIOCore

/// Reads the one message of a call out of the pieces in which it arrives: a byte that says whether it is compressed, its
/// length as four bytes, big-endian, and as many bytes.
/// Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, "Length-Prefixed-Message".
struct MessageReader {
  private static let prefixBytes = 5

  private(set) var isCompressed = false
  /// Bytes of the message as it is sent; nil until they are known.
  private(set) var length: Int?
  private var prefixBytesRead = 0
  private var announced: UInt32 = 0
  private var missing = 0

  var isComplete: Bool { length != nil && missing == 0 }

  /// Reads what has come of the prefix. The message itself is left in the buffer: it may have to wait for its place.
  mutating func readPrefix(_ buffer: inout ByteBuffer) throws(Failure) {
    while prefixBytesRead < Self.prefixBytes, let byte = buffer.readInteger(as: UInt8.self) {
      if prefixBytesRead == 0 {
        guard byte <= 1 else { throw .undecodable("The first byte of the message's prefix is neither 0 nor 1.") }
        isCompressed = byte == 1
      } else {
        announced = announced << 8 | UInt32(byte)
      }
      prefixBytesRead += 1
    }
    if prefixBytesRead == Self.prefixBytes, length == nil {
      length = Int(announced)
      missing = Int(announced)
    }
  }

  /// Moves what has come of the message to the end of `bytes`.
  mutating func readMessage(_ buffer: inout ByteBuffer, to bytes: inout [UInt8]) throws(Failure) {
    let count = buffer.readableBytes
    guard count <= missing else { throw .undecodable("The call sends more than one message.") }
    bytes.append(contentsOf: buffer.readableBytesView)
    buffer.moveReaderIndex(forwardBy: count)
    missing -= count
  }
}
