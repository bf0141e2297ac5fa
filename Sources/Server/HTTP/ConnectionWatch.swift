import NIOCore

/// Closes a connection that keeps the server waiting: for the head of a request, for its body, or with an answer that it
/// does not read. Stands next to the socket, so that it sees every byte and whether the server is reading.
final class ConnectionWatch: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  private var pace: RequestPace
  private let answerStall: TimeAmount
  private let onSlow: @Sendable () -> Void
  private var check: Scheduled<Void>?
  private var stallCheck: Scheduled<Void>?

  init(pace: RequestPace, answerStallSecondsMax: Int, onSlow: @escaping @Sendable () -> Void) {
    self.pace = pace
    answerStall = .seconds(Int64(answerStallSecondsMax))
    self.onSlow = onSlow
  }

  func headEnded() { pace.headEnded(.now) }

  func bodyCame(_ bytes: Int) { pace.receivedBody(bytes) }

  func requestEnded() { pace.requestEnded(.now) }

  func read(context: ChannelHandlerContext) {
    pace.beganReading(.now)
    scheduleCheck(context)
    context.read()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    pace.received(.now)
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    pace.endedReading(.now)
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if !context.channel.isWritable, stallCheck == nil { watchAnswer(context) }
    context.fireChannelWritabilityChanged()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    check?.cancel()
    stallCheck?.cancel()
  }

  /// One timer for each connection; it looks anew whenever it runs out.
  private func scheduleCheck(_ context: ChannelHandlerContext) {
    guard check == nil, let deadline = pace.deadline else { return }
    let left = TimeAmount(max(deadline - .now, .milliseconds(1)))
    let loop = context.eventLoop
    let bound = NIOLoopBound((self, context), eventLoop: loop)
    check = loop.scheduleTask(in: left) {
      let (watch, context) = bound.value
      watch.check = nil
      guard let deadline = watch.pace.deadline else { return }
      if deadline > .now { return watch.scheduleCheck(context) }
      watch.onSlow()
      context.close(promise: nil)
    }
  }

  /// An answer of which the client took nothing for that long is given up.
  private func watchAnswer(_ context: ChannelHandlerContext) {
    let pending = Self.pendingBytes(context)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    stallCheck = context.eventLoop.scheduleTask(in: answerStall) {
      let (watch, context) = bound.value
      watch.stallCheck = nil
      if context.channel.isWritable { return }
      if Self.pendingBytes(context) < pending { return watch.watchAnswer(context) }
      watch.onSlow()
      context.close(promise: nil)
    }
  }

  private static func pendingBytes(_ context: ChannelHandlerContext) -> Int {
    (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
  }
}
