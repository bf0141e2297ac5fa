import HTTPTypes
import JSON
import NIOCore
import NIOHTTP1
import OTLP

/// HTTP's rules for a connection that the server above does not keep: a head over the limits is answered 431, one that
/// names two hosts 400, a client of HTTP/1.0 is told whether the connection goes on. Sources: RFC 6585 §5, RFC 9112 §9.3.
final class RequestGate: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// What the answer to a request says of the connection.
  private struct Pending {
    let isOld: Bool
    let goesOn: Bool
  }

  private let watch: ConnectionWatch
  private let drain: TimeAmount
  private let onRefusal: @Sendable (ErrorAnswer) -> Void
  /// Requests that were handed on and not answered, in their order.
  private var pending = CircularBuffer<Pending>()
  /// A head was refused: the connection ends with the answer, and what came behind it is not looked at.
  private var isBroken = false

  init(watch: ConnectionWatch, drainSecondsMax: Int, onRefusal: @escaping @Sendable (ErrorAnswer) -> Void) {
    self.watch = watch
    drain = .seconds(Int64(drainSecondsMax))
    self.onRefusal = onRefusal
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isBroken { return }
    switch Self.unwrapInboundIn(data) {
    case .head(var head):
      // Which of them counts, another server on the way may see differently. Source: RFC 9112 §3.2.
      if head.headers["host"].count > 1 {
        isBroken = true
        if pending.isEmpty { return refuse(.twoHosts, context) }
        return context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
      }
      // An absolute target says itself which server it means. Source: RFC 9112 §3.2.2.
      if head.uri.utf8.first != UInt8(ascii: "/"), let named = RequestTarget.authority(of: head.uri[...]) {
        head.headers.replaceOrAdd(name: "host", value: String(named))
      }
      watch.headEnded()
      pending.append(Pending(isOld: head.version.major == 1 && head.version.minor == 0, goesOn: head.isKeepAlive))
      // The server above knows but this one spelling.
      if !head.isKeepAlive { head.headers.replaceOrAdd(name: "connection", value: "close") }
      context.fireChannelRead(Self.wrapInboundOut(.head(head)))
    case .body(let part):
      watch.bodyCame(part.readableBytes)
      context.fireChannelRead(data)
    case .end:
      watch.requestEnded()
      context.fireChannelRead(data)
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch Self.unwrapOutboundIn(data) {
    case .head(var head):
      if head.status.code >= 200, let request = pending.first { mark(&head, request) }
      context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      _ = pending.popFirst()
      context.write(data, promise: promise)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError, error == .headerOverflow, pending.isEmpty else {
      return context.fireErrorCaught(error)
    }
    refuse(.headTooLarge, context)
  }

  /// Answers in the place of the server above, and ends the connection.
  private func refuse(_ answer: ErrorAnswer, _ context: ChannelHandlerContext) {
    onRefusal(answer)
    let body = answer.problemBytes
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status.code),
      headers: [
        "content-type": "application/problem+json", "content-length": "\(body.count)", "connection": "close",
      ])
    context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
    context.write(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
    context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    context.close(mode: .output, promise: nil)
    let channel = context.channel
    context.eventLoop.scheduleTask(in: drain) { channel.close(promise: nil) }
  }

  private func mark(_ head: inout HTTPResponseHead, _ request: Pending) {
    if !request.goesOn {
      head.headers.replaceOrAdd(name: "connection", value: "close")
      // A body of unknown length ends with the connection: HTTP/1.0 knows no chunks.
      if request.isOld { head.version = .http1_0 }
    } else if request.isOld, !head.headers.contains(name: "connection") {
      head.headers.add(name: "connection", value: "keep-alive")
    }
  }
}

extension ErrorAnswer {
  /// The head could not be read to its end, so nothing is known of what was asked.
  static let headTooLarge = ErrorAnswer(
    status: .requestHeaderFieldsTooLarge, code: .resourceExhausted, type: "head-too-large",
    detail: "The request's line and header fields are larger, or more, than the limits of this server.")

  static let twoHosts = ErrorAnswer(
    status: .badRequest, code: .invalidArgument, type: "invalid-parameter",
    detail: "The header is given more than once.", parameter: "Host")
}
