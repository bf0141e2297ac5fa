import NIOCore

/// Waits for the first bytes of a connection, and lets it speak HTTP/2 if that is what they are. An exporter for OTLP/HTTP
/// that was pointed here is told so in its own protocol.
final class PrefaceCheck: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The beginning of the client's connection preface, which no HTTP/1 request shares. Source: RFC 9113 §3.4.
  private static let preface = Array("PRI".utf8)

  private let wait: TimeAmount
  private let speakHTTP2: (any Channel) throws -> Void
  private var first = ByteBuffer()
  private var isDecided = false
  private var deadline: Scheduled<Void>?

  /// - Parameter wait: how long the first bytes may take.
  init(within wait: TimeAmount, _ speakHTTP2: @escaping (any Channel) throws -> Void) {
    self.wait = wait
    self.speakHTTP2 = speakHTTP2
  }

  func handlerAdded(context: ChannelHandlerContext) {
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: wait) { context.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = nil
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // What has said nothing yet has nothing to finish.
    if event is ChannelShouldQuiesceEvent, !isDecided { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isDecided { return }
    var buffer = unwrapInboundIn(data)
    first.writeBuffer(&buffer)
    guard Self.preface.starts(with: first.readableBytesView.prefix(Self.preface.count)) else {
      return refuse(context)
    }
    if first.readableBytes < Self.preface.count { return }
    isDecided = true
    do {
      try speakHTTP2(context.channel)
    } catch {
      return context.close(promise: nil)
    }
    context.fireChannelRead(wrapInboundOut(first))
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  private func refuse(_ context: ChannelHandlerContext) {
    isDecided = true
    let text = "This port speaks OTLP/gRPC; OTLP/HTTP has a port of its own, 4318 unless Steno was told otherwise.\n"
    let answer = """
      HTTP/1.1 505 HTTP Version Not Supported\r
      Content-Type: text/plain; charset=utf-8\r
      Content-Length: \(text.utf8.count)\r
      Connection: close\r
      \r
      \(text)
      """
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer))).assumeIsolated().whenComplete { _ in
      context.close(promise: nil)
    }
  }
}
