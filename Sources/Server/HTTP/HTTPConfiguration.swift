package import Conversations
package import Telemetry

/// What the HTTP server is told by the operator.
package struct HTTPConfiguration: Sendable {
  /// The address to listen on; a name is resolved once.
  package var host: String
  /// 0: any free port.
  package var port: Int
  /// The port for OTLP/gRPC; 0: any free one; nil: none.
  package var grpcPort: Int?
  /// Origins that browsers may send from and read with, besides those of a loopback host: `https://app.example`.
  package var allowedOrigins: [String]
  /// Names that requests may call this server by, besides those of loopback; none: beyond loopback any name.
  package var allowedHosts: [String] = []
  /// Where a reverse proxy shows the server.
  package var basePath = BasePath.none
  package var limits: Limits
  /// The conventions that the store derives its rows with.
  package var conventions: Conventions

  package init(
    host: String = "127.0.0.1", port: Int = 4318, grpcPort: Int? = nil, allowedOrigins: [String] = [],
    limits: Limits = Limits(),
    conventions: Conventions = Conventions()
  ) {
    self.host = host
    self.port = port
    self.grpcPort = grpcPort
    self.allowedOrigins = allowedOrigins
    self.limits = limits
    self.conventions = conventions
  }
}
