import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
package import ServiceLifecycle
package import Store
import Telemetry

/// The one place where the parts of the HTTP server meet. The service that it returns listens until it is told to stop,
/// then finishes the requests that have begun; the store stays open.
///
/// - Parameter onRunning: called with the port once connections are accepted.
package func makeApplication(
  configuration: HTTPConfiguration, store: Store, access: AccessControl = .open, logger: Logger,
  onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) -> some Service {
  let site = Site(
    store: store, configuration: configuration, access: access,
    bodies: BodyBudget(
      bytesMax: configuration.limits.bodiesInFlightBytesMax,
      wait: .seconds(configuration.limits.bodyWaitSecondsMax)),
    routes: RouteTable(allRoutes), page: PageFiles(),
    events: StreamSlots(max: configuration.limits.eventStreamsMax),
    exports: StreamSlots(max: configuration.limits.exportsMax), logger: logger)
  let door = Door(
    control: access, hosts: HostPolicy(host: configuration.host, allowed: configuration.allowedHosts),
    origins: OriginPolicy(configuration.allowedOrigins))
  return Application(
    responder: Responder(site: site, door: door),
    server: HTTPServerBuilder { responder in
      HTTPTransport(responder: responder, limits: configuration.limits, counters: site.counters)
    },
    configuration: ApplicationConfiguration(
      address: .hostname(configuration.host, port: configuration.port), backlog: 1_024,
      availableConnectionsDelegate: .maximum(configuration.limits.connectionsMax, logger: logger)),
    onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? configuration.port) },
    logger: logger)
}
