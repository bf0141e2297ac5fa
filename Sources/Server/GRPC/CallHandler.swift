import HTTPTypes
import NIOCore
import NIOHPACK
import NIOHTTP2
import OTLP
import Synchronization
import Telemetry

/// One call over one HTTP/2 stream: takes its one message in no faster than there is room for it, lets the site answer,
/// and writes the answer. While it waits for room the stream is not read, and the window that its client was given,
/// 64 KiB, bounds what is kept of it.
final class CallHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  private enum State {
    /// The headers, then the message arrive.
    case receiving
    /// The message's length is known, and it has no room yet.
    case waiting
    /// The site is asked.
    case answering
    /// The answer is written, or nobody waits for one.
    case finished
  }

  private let site: Site
  private let calls: OpenCalls
  private var isAdmitted = false
  private var state = State.receiving
  private var head: CallHead?
  private var caller = Caller()
  private var message = MessageReader()
  /// There once the message has its room.
  private var body: ReadBody?
  /// What has arrived and was not read yet.
  private var arrived: ByteBuffer?
  private var isInputOver = false
  private var isReadWanted = false
  /// When the message must be there, the time in which it waits for its place not counted.
  private var isDue = NIODeadline.now()
  private var dueCheck: Scheduled<Void>?

  init(_ site: Site, _ calls: OpenCalls) {
    self.site = site
    self.calls = calls
  }

  func handlerAdded(context: ChannelHandlerContext) { isAdmitted = calls.begin() }

  func handlerRemoved(context: ChannelHandlerContext) {
    calls.end()
    finish()
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func read(context: ChannelHandlerContext) {
    if state == .waiting { isReadWanted = true } else { context.read() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .headers(let part):
      isInputOver = isInputOver || part.endStream
      if head == nil, state == .receiving { begin(part.headers, context) }
    case .data(let part):
      isInputOver = isInputOver || part.endStream
      guard case .byteBuffer(var buffer) = part.data, state == .receiving || state == .waiting else { return }
      arrived.setOrWriteBuffer(&buffer)
    default: return
    }
    advance(context)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if state == .receiving, dueCheck == nil { checkWhenDue(context) }
    context.fireChannelReadComplete()
  }

  /// Gives `bytes` of a message the time that a body has over HTTP: a client that stops keeps room from others.
  private func allow(_ bytes: Int) {
    let limits = site.configuration.limits
    let seconds = limits.bodyPauseSecondsMax + bytes / max(1, limits.bodyBytesPerSecondMin)
    isDue = .now() + .seconds(Int64(seconds))
  }

  private func checkWhenDue(_ context: ChannelHandlerContext) {
    dueCheck = context.eventLoop.assumeIsolated().scheduleTask(deadline: max(isDue, .now() + .milliseconds(100))) {
      self.dueCheck = nil
      switch self.state {
      case .receiving where self.isDue <= .now(): context.close(promise: nil)
      case .receiving, .waiting: self.checkWhenDue(context)
      case .answering, .finished: break
      }
    }
  }

  private func finish() {
    state = .finished
    body = nil
    arrived = nil
    dueCheck?.cancel()
    dueCheck = nil
  }
}

// Taking the message in.
extension CallHandler {
  private func begin(_ headers: HPACKHeaders, _ context: ChannelHandlerContext) {
    allow(0)
    do throws(CallHead.Refusal) {
      let head = try CallHead(headers)
      self.head = head
      if !isAdmitted { return refuse(.overloaded("Too many calls are open at once."), context) }
      do throws(Failure) { caller = try site.admit(head) } catch { throw .failure(error) }
    } catch {
      switch error {
      case .notGRPC(let status): end([":status": String(status)], context)
      case .failure(let failure): refuse(failure, context)
      }
    }
  }

  /// Goes on with what has arrived as far as it can.
  private func advance(_ context: ChannelHandlerContext) {
    guard state == .receiving else { return }
    do throws(Failure) {
      if var buffer = arrived.take() {
        try message.readPrefix(&buffer)
        if body == nil, let length = message.length, try !makeRoom(length, context) {
          arrived = buffer
          return
        }
        try body?.append(&buffer, of: &message)
      }
      guard isInputOver else { return }
      guard message.isComplete else { throw .undecodable("The call ended before its message did.") }
      answer(context)
    } catch {
      refuse(error, context)
    }
  }

  /// Whether the message may come in now. If not, the call waits, and goes on by itself.
  private func makeRoom(_ length: Int, _ context: ChannelHandlerContext) throws(Failure) -> Bool {
    let limits = site.configuration.limits
    let limit = limits.requestBodyBytesMax
    guard length <= limit else { throw Failure.tooLarge("The message", limit: limit, isRead: false) }
    allow(length)
    if length <= limits.smallBodyBytesMax {
      body = ReadBody(room: length, budget: site.bodies, leased: 0)
      return true
    }
    if site.bodies.tryTake(length) {
      body = ReadBody(room: length, budget: site.bodies, leased: length)
      return true
    }
    state = .waiting
    let granted = context.eventLoop.makePromise(of: Bool.self)
    granted.completeWithTask { [bodies = site.bodies] in await bodies.take(length) }
    granted.futureResult.assumeIsolated().whenSuccess { self.goOn(isGranted: $0, length, context) }
    return false
  }

  private func goOn(isGranted: Bool, _ length: Int, _ context: ChannelHandlerContext) {
    guard isGranted else {
      if state == .waiting { refuse(.overloaded("Too many request bodies are being handled at once."), context) }
      return
    }
    // Its end gives the room back, also where the call is over by now.
    let room = ReadBody(room: length, budget: site.bodies, leased: length)
    guard state == .waiting else { return }
    state = .receiving
    allow(length)
    body = consume room
    advance(context)
    if isReadWanted {
      isReadWanted = false
      context.read()
    }
  }
}

// Answering.
extension CallHandler {
  private func answer(_ context: ChannelHandlerContext) {
    guard let head, let body = body.take() else { return }
    state = .answering
    let (site, caller, isCompressed) = (site, caller, message.isCompressed)
    let handover = Handover(body)
    let answer = context.eventLoop.makePromise(of: Result<[UInt8], Failure>.self)
    answer.completeWithTask { await site.answer(head, of: caller, handover, isCompressed: isCompressed) }
    answer.futureResult.assumeIsolated().whenSuccess { self.write($0, context) }
  }

  private func write(_ answer: Result<[UInt8], Failure>, _ context: ChannelHandlerContext) {
    guard state == .answering else { return }
    switch answer {
    case .failure(let failure): refuse(failure, context)
    case .success(let bytes):
      site.counters.called(0)
      var message = context.channel.allocator.buffer(capacity: 5 + bytes.count)
      message.writeInteger(UInt8(0))
      message.writeInteger(UInt32(truncatingIfNeeded: bytes.count))
      message.writeBytes(bytes)
      let headers: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]
      context.write(wrapOutboundOut(.headers(.init(headers: headers))), promise: nil)
      context.write(wrapOutboundOut(.data(.init(data: .byteBuffer(message)))), promise: nil)
      end(["grpc-status": "0"], context)
    }
  }

  private func refuse(_ failure: Failure, _ context: ChannelHandlerContext) {
    guard let answer = failure.answer else { return context.close(promise: nil) }
    site.counters.called(answer.code.rawValue)
    site.counters.refused(answer.type)
    site.warn("call refused", answer, request: site.requestIDs.next())
    end(answer.trailersOnly, context)
  }

  /// Writes the last headers. A client that is still sending is told that nobody reads it. Source: RFC 9113 §8.1.
  private func end(_ headers: HPACKHeaders, _ context: ChannelHandlerContext) {
    context.write(wrapOutboundOut(.headers(.init(headers: headers, endStream: true))), promise: nil)
    if !isInputOver { context.write(wrapOutboundOut(.rstStream(.noError)), promise: nil) }
    context.flush()
    finish()
    // The stream ends when its client has taken the answer; one that opens no window for it keeps a place from others.
    guard context.channel.isActive else { return }
    let stall = TimeAmount.seconds(Int64(site.configuration.limits.answerStallSecondsMax))
    dueCheck = context.eventLoop.assumeIsolated().scheduleTask(in: stall) { context.close(promise: nil) }
  }
}

/// Moves a body into the task that handles it.
final class Handover: Sendable {
  private let body: Mutex<ReadBody?>

  init(_ body: consuming sending ReadBody) { self.body = Mutex(body) }

  /// The body; nil when it was taken before.
  func take() -> ReadBody? { body.withLock { $0.take() } }
}

extension ReadBody {
  /// An empty body with capacity for `room` bytes, which costs no memory until they are written.
  fileprivate init(room: Int, budget: BodyBudget, leased: Int) {
    self.init(bytes: budget.spares.take(room), budget: budget, leased: leased)
  }

  fileprivate mutating func append(_ buffer: inout ByteBuffer, of message: inout MessageReader) throws(Failure) {
    try message.readMessage(&buffer, to: &bytes)
  }
}
