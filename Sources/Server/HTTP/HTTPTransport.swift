import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import Telemetry

/// HTTP/1.1 over one connection, within the limits.
struct HTTPTransport: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  private let base: HTTP1Channel
  private let limits: Limits
  private let counters: Counters

  init(responder: @escaping HTTPChannelHandler.Responder, limits: Limits, counters: Counters) {
    let heads = HTTP1Channel.Configuration.DecoderConfiguration(
      maxHeaderFieldSize: limits.headBytesMax, maxHeaderListSize: limits.headBytesMax,
      maxHeaderFieldCount: limits.headerFieldsMax)
    base = HTTP1Channel(
      responder: responder,
      configuration: HTTP1Channel.Configuration(
        idleTimeout: .seconds(Int64(limits.idleSecondsMax)), httpDecoderConfiguration: heads))
    self.limits = limits
    self.counters = counters
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    base.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let pace = RequestPace(
        headSecondsMax: limits.headSecondsMax, bodyPauseSecondsMax: limits.bodyPauseSecondsMax,
        bodyBytesPerSecondMin: limits.bodyBytesPerSecondMin)
      let watch = ConnectionWatch(pace: pace, answerStallSecondsMax: limits.answerStallSecondsMax) { [counters] in
        counters.refused("slow-client")
      }
      let gate = RequestGate(watch: watch, drainSecondsMax: limits.drainSecondsMax) { [counters] answer in
        counters.answered(answer.status.code)
        counters.refused(answer.type)
      }
      let pipeline = channel.pipeline.syncOperations
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandler(watch, position: .first)
      try pipeline.addHandler(gate, position: .after(decoder))
      return value
    }
  }

  func handle(value: Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }
}
