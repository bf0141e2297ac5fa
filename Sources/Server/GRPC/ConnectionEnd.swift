import NIOCore

/// Closes a connection whose client breaks the rules of HTTP/2, once it is told so. NIO says GOAWAY and reads nothing
/// more of what such a client sends: left open, the connection would take in more and more of it.
/// Stands between HTTP/2 and the socket, where the frames that are written can be seen. Source: RFC 9113 §4.1, §5.4, §6.8.
final class ConnectionEnd: ChannelOutboundHandler {
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  private static let headBytes = 9
  private static let goAway: UInt32 = 7
  /// Where a GOAWAY has its error code, which is 0 where the server only wants to stop.
  private static let codeOffset = headBytes + 4

  /// Bytes of the frame under way that were not written yet.
  private var missing = 0
  private var isBroken = false

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .byteBuffer(let buffer) = unwrapOutboundIn(data) { look(at: buffer) }
    context.write(data, promise: promise)
  }

  func flush(context: ChannelHandlerContext) {
    context.flush()
    guard isBroken else { return }
    isBroken = false
    context.eventLoop.assumeIsolated().execute { context.close(promise: nil) }
  }

  /// A frame's head is written whole; what follows it, in any pieces.
  private func look(at buffer: ByteBuffer) {
    var index = buffer.readerIndex + min(missing, buffer.readableBytes)
    missing -= index - buffer.readerIndex
    while index + Self.headBytes <= buffer.writerIndex, let head = buffer.getInteger(at: index, as: UInt32.self) {
      if head & 0xFF == Self.goAway {
        isBroken = isBroken || buffer.getInteger(at: index + Self.codeOffset, as: UInt32.self) != 0
      }
      let length = Int(head >> 8)
      let written = min(length, buffer.writerIndex - index - Self.headBytes)
      missing = length - written
      index += Self.headBytes + written
    }
  }
}
