import Server

/// What a person needs once the server runs.
struct Greeting {
  var host: String
  var ports: ListeningPorts
  var path: String
  var asksForKey: Bool

  var text: String {
    """
    Steno is listening on \(authority(host, ports.http)).

      Page      \(origin)/
      OTLP      \(origin)/v1/traces
      gRPC      \(grpc)
      Database  \(path)

    Point an SDK at it:
      export FI_BASE_URL=\(origin)
      export OTEL_EXPORTER_OTLP_ENDPOINT=\(origin)
    See a conversation without one:
      steno demo --url \(origin)
    \(warning)

    """
  }

  /// Where this machine reaches the server.
  private var origin: String { "http://" + authority(localHost, ports.http) }

  /// Where exporters of OTLP/gRPC reach it.
  private var grpc: String { ports.grpc.map { "http://" + authority(localHost, $0) } ?? "off" }

  private var localHost: String { ["0.0.0.0", "::", ""].contains(host) ? "127.0.0.1" : host }

  private func authority(_ host: String, _ port: Int) -> String {
    (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
  }

  private var warning: String {
    if asksForKey { return "\nIt asks for an API key; steno keys list names them.\n" }
    if LoopbackHost.contains(host) { return "" }
    let place = authority(host, ports.http)
    return "\nWhoever reaches \(place) can read every prompt and answer: it is not a loopback address.\n"
  }
}
