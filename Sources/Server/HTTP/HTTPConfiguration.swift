package import Conversations
package import Telemetry

/// What the HTTP server is told by the operator.
package struct HTTPConfiguration: Sendable {
  /// The address to listen on; a name is resolved once.
  package var host: String
  /// 0: any free port.
  package var port: Int
  /// Origins that browsers may send from and read with, besides those of a loopback host: `https://app.example`.
  package var allowedOrigins: [String]
  /// Names that requests may call this server by, besides those of loopback; none: beyond loopback any name.
  package var allowedHosts: [String] = []
  package var limits: Limits
  /// The conventions that the store derives its rows with.
  package var conventions: Conventions
  /// Bytes of request bodies that are read or handled at once; what does not fit waits without being read.
  package var bodiesInFlightBytesMax = 32 << 20
  /// Bytes of a body below which it is not counted: 1,024 connections of these are 64 MiB.
  package var smallBodyBytesMax = 64 << 10
  /// Seconds that a body waits for its place before it is answered 503. Exporters give up after 10.
  package var bodyWaitSecondsMax = 5
  /// Seconds that a body which was refused unread is still drained, so that the client gets to read why.
  package var drainSecondsMax = 2

  package init(
    host: String = "127.0.0.1", port: Int = 4318, allowedOrigins: [String] = [], limits: Limits = Limits(),
    conventions: Conventions = Conventions()
  ) {
    self.host = host
    self.port = port
    self.allowedOrigins = allowedOrigins
    self.limits = limits
    self.conventions = conventions
  }
}
