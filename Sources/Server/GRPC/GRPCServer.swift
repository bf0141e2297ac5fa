import NIOCore
import NIOHTTP2
import NIOPosix
import ServiceLifecycle
import Telemetry

/// Why OTLP/gRPC could not be listened for.
package struct GRPCListenError: Error {
  package var port: Int
  package var reason: any Error
}

/// Listens for OTLP/gRPC: HTTP/2 without TLS, as a client that was told `http://` speaks it.
struct GRPCServer: Service {
  private let channel: any Channel
  private let connections: GRPCConnections

  var port: Int? { channel.localAddress?.port }

  /// Connections are accepted when it returns.
  static func listen(_ site: Site, port: Int) async throws(GRPCListenError) -> GRPCServer {
    let limits = site.configuration.limits
    let connections = GRPCConnections(countMax: limits.connectionsMax)
    let calls = OpenCalls(countMax: limits.callsMax)
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 1_024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        guard connections.begin(channel) else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
          let wait = TimeAmount.seconds(Int64(limits.headSecondsMax))
          try channel.pipeline.syncOperations.addHandler(
            PrefaceCheck(within: wait) { try $0.speakGRPC(site, calls) })
        }
      }
    do {
      let channel = try await bootstrap.bind(host: site.configuration.host, port: port).get()
      return GRPCServer(channel: channel, connections: connections)
    } catch {
      throw GRPCListenError(port: port, reason: error)
    }
  }

  /// Returns once it was told to stop and every call that had begun is answered; at once when it is cancelled.
  func run() async throws {
    await withTaskCancellationHandler {
      await withGracefulShutdownHandler {
        try? await channel.closeFuture.get()
        await connections.wait()
      } onGracefulShutdown: {
        channel.close(promise: nil)
        connections.quiesce()
      }
    } onCancel: {
      channel.close(promise: nil)
      connections.close()
    }
  }
}

extension Channel {
  fileprivate func speakGRPC(_ site: Site, _ calls: OpenCalls) throws {
    let limits = site.configuration.limits
    let manager = NIOHTTP2ServerConnectionManagementHandler(
      eventLoop: eventLoop,
      configuration: .init(
        maxIdleTime: .seconds(Int64(limits.idleSecondsMax)), maxAge: nil, maxGraceTime: .seconds(10),
        keepalive: .init(pingInterval: .seconds(60), ackTimeout: .seconds(20))))
    var connection = NIOHTTP2Handler.ConnectionConfiguration()
    connection.initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.callsPerConnectionMax),
      HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headBytesMax),
    ]
    // Clients measure the connection by a PING for the answers that they get: as often as they call.
    connection.controlFrameRateLimit.maximumCount = 2_000
    connection.controlFrameRateLimit.windowLength = .seconds(1)
    let http2 = NIOHTTP2Handler(
      mode: .server, eventLoop: eventLoop, connectionConfiguration: connection,
      streamConfiguration: NIOHTTP2Handler.StreamConfiguration(), streamDelegate: manager.http2StreamDelegate,
      inboundStreamInitializer: { stream in
        stream.eventLoop.makeCompletedFuture {
          try stream.pipeline.syncOperations.addHandler(CallHandler(site, calls))
        }
      })
    try pipeline.syncOperations.addHandlers([ConnectionEnd(), http2, manager])
    // The channel became active before the two were in it, and the manager starts its clocks when it is told so.
    try pipeline.syncOperations.context(handler: http2).fireChannelActive()
  }
}
