import HummingbirdCore
import NIOCore
import ServiceLifecycle
import Store
import Telemetry

/// One reader of events, at its own pace: what it did not take yet stands in the file, not in memory.
struct EventStream {
  private enum Wake: Sendable { case news, tick }

  private let exchange: Exchange
  private let filter: EventFilter
  private var position: Int64

  private static let changesPerBatch = 100
  /// Between two batches; what changes meanwhile several times is one event.
  private static let pause = Duration.milliseconds(100)
  private static let heartbeat = TimeAmount.seconds(15)
  /// How long a browser waits before it connects again, in milliseconds.
  private static let retry = 2_000

  init(_ exchange: Exchange, _ filter: EventFilter, from position: Int64) {
    self.exchange = exchange
    self.filter = filter
    self.position = position
  }

  /// Returns when the server is told to stop, the reader is gone, or its key no longer lets it in.
  mutating func run(_ writer: inout any ResponseBodyWriter) async throws {
    let channel = exchange.channel
    let (wakes, wake) = AsyncStream<Wake>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let following = exchange.store.followChanges { wake.yield(.news) }
    defer { following.cancel() }
    let ticking = channel.eventLoop.scheduleRepeatedTask(initialDelay: Self.heartbeat, delay: Self.heartbeat) { _ in
      wake.yield(.tick)
    }
    defer { ticking.cancel() }
    channel.closeFuture.whenComplete { _ in wake.finish() }
    // A reader that closed its side reads no more.
    try? await channel.pipeline.addHandler(InputClosedHandler { wake.finish() }, position: .first)
    try await withGracefulShutdownHandler {
      try await send(wakes, to: &writer)
    } onGracefulShutdown: {
      wake.finish()
    }
  }

  private mutating func send(_ wakes: AsyncStream<Wake>, to writer: inout any ResponseBodyWriter) async throws {
    try await write(Array("retry: \(Self.retry)\nid: \(position)\n\n".utf8), to: &writer)
    try await sendChanges(to: &writer)
    for await wake in wakes {
      let isQuiet = try await !sendChanges(to: &writer)
      guard isWelcome else { return }
      guard isQuiet, wake == .tick else { continue }
      var text = EventText()
      text.comment()
      try await write(text.bytes, to: &writer)
    }
  }

  /// A stream lives longer than its key may, or than the browser stays signed in.
  private var isWelcome: Bool {
    let credentials = Credentials(exchange.request.headers)
    return (try? exchange.site.access.admit(credentials, for: .read)) != nil
  }

  /// Sends what there is, batch by batch. Returns whether there was anything.
  @discardableResult
  private mutating func sendChanges(to writer: inout any ResponseBodyWriter) async throws -> Bool {
    var isAny = false
    while !Task.isShuttingDownGracefully, isWelcome {
      let batch = try await exchange.store.changes(after: position, limit: Self.changesPerBatch)
      if batch.position == position, !batch.isCut { break }
      isAny = true
      position = batch.position
      var text = EventText()
      if batch.isCut { text.reset(position) }
      for change in batch.changes where filter.admits(change) { text.add(change) }
      // Nothing of interest: the reader still learns where to go on.
      if text.isEmpty { text.position(position) }
      try await write(text.bytes, to: &writer)
      try await Task.sleep(for: Self.pause)
    }
    return isAny
  }

  /// Whoever does not take what is sent is dropped: it finds the rest in the file when it comes again.
  private func write(_ bytes: [UInt8], to writer: inout any ResponseBodyWriter) async throws {
    let channel = exchange.channel
    let seconds = Int64(exchange.limits.eventWriteSecondsMax)
    let overdue = channel.eventLoop.scheduleTask(in: .seconds(seconds)) { channel.close(promise: nil) }
    defer { overdue.cancel() }
    try await writer.write(ByteBuffer(bytes: bytes))
  }
}

/// Tells when the client has closed its side of the connection.
private final class InputClosedHandler: ChannelInboundHandler, RemovableChannelHandler, Sendable {
  typealias InboundIn = NIOAny

  private let tell: @Sendable () -> Void

  init(_ tell: @escaping @Sendable () -> Void) { self.tell = tell }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed { tell() }
    context.fireUserInboundEventTriggered(event)
  }
}
