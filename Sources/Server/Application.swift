import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
package import ServiceLifecycle
package import Store
package import Telemetry

/// The ports that are listened on.
package struct ListeningPorts: Sendable {
  package var http: Int
  /// nil: OTLP/gRPC is not served.
  package var grpc: Int?
}

/// The one place where the parts of the server meet. The service that it returns listens until it is told to stop, then
/// finishes the requests that have begun; the store stays open.
///
/// - Parameters:
///   - clock: the wall clock, for the answers' date.
///   - onRunning: called once connections are accepted.
package func makeApplication(
  configuration: HTTPConfiguration, store: Store, access: AccessControl = .open,
  clock: @escaping @Sendable () -> UnixNanoseconds, logger: Logger,
  onRunning: @escaping @Sendable (ListeningPorts) async -> Void = { _ in }
) -> some Service {
  let site = Site(
    store: store, configuration: configuration, access: access,
    bodies: BodyBudget(
      bytesMax: configuration.limits.bodiesInFlightBytesMax,
      wait: .seconds(configuration.limits.bodyWaitSecondsMax)),
    answers: AnswerBudget(
      bytesMax: configuration.limits.answersInFlightBytesMax, smallBytesMax: configuration.limits.smallBodyBytesMax),
    routes: RouteTable(allRoutes), page: PageFiles(),
    events: StreamSlots(max: configuration.limits.eventStreamsMax),
    exports: StreamSlots(max: configuration.limits.exportsMax), logger: logger)
  return Listeners(site: site, date: DateField(clock: clock), onRunning: onRunning)
}

/// HTTP and gRPC together: either's failure ends both.
private struct Listeners: Service {
  let site: Site
  let date: DateField
  let onRunning: @Sendable (ListeningPorts) async -> Void

  func run() async throws {
    guard let port = site.configuration.grpcPort else { return try await serveHTTP(grpcPort: nil) }
    let grpc = try await GRPCServer.listen(site, port: port)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await grpc.run() }
      group.addTask { try await serveHTTP(grpcPort: grpc.port ?? port) }
      // The first failure leaves the group, which cancels what is left of it.
      while try await group.next() != nil {}
    }
  }

  private func serveHTTP(grpcPort: Int?) async throws {
    let configuration = site.configuration
    let door = Door(
      control: site.access, hosts: HostPolicy(host: configuration.host, allowed: configuration.allowedHosts),
      origins: OriginPolicy(configuration.allowedOrigins))
    let responder = Responder(site: site, door: door, date: date)
    let transport = HTTPTransport(
      responder: { try await responder.serve($0, over: $2, $1) }, limits: configuration.limits, counters: site.counters)
    let server = Server(
      childChannelSetup: transport,
      configuration: ServerConfiguration(
        address: .hostname(configuration.host, port: configuration.port), backlog: 1_024,
        availableConnectionsDelegate: .maximum(configuration.limits.connectionsMax, logger: site.logger)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? configuration.port
        await onRunning(ListeningPorts(http: port, grpc: grpcPort))
      },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: site.logger)
    try await server.run()
  }
}
