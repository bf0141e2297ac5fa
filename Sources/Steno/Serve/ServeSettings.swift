import Logging
import Server

/// What `serve` runs with: flag, else variable, else default.
struct ServeSettings {
  var host: String
  var port: Int
  /// nil: OTLP/gRPC is not served.
  var grpcPort: Int?
  /// nil: the default file.
  var data: String?
  var allowedOrigins: [String]
  var logLevel: Logger.Level
  var retention: RetentionRule?
  /// Whether messages are indexed for text search.
  var searches: Bool
  var logsJSON: Bool
  var basePath: BasePath

  init(_ options: ServeOptions, _ environment: Environment) throws(CommandFailure) {
    let source = SettingSource(environment: environment)
    host = source.text(options.host, "host") ?? "127.0.0.1"
    port = try source.port(options.port, "port") ?? 4318
    data = source.text(options.data.data, "data")
    allowedOrigins = source.text(options.allowOrigin, "allow-origin")?.split(separator: ",").map { String($0) } ?? []
    retention = try RetentionRule(options, source)
    let levels = Logger.Level.allCases.map { ($0.rawValue, $0) }
    let byName = Dictionary(levels) { first, _ in first }
    logLevel = try source.choice(options.logLevel, "log-level", byName) ?? .notice
    logsJSON = try source.choice(options.logFormat, "log-format", ["text": false, "json": true]) ?? false
    basePath = try Self.basePath(options.basePath, source)
    grpcPort = try Self.grpcPort(options, source, besides: port)
    searches = try source.choice(options.search, "search", ["on": true, "off": false]) ?? true
  }

  private static func basePath(_ flag: String?, _ source: SettingSource) throws(CommandFailure) -> BasePath {
    guard let text = source.text(flag, "base-path") else { return .none }
    if let path = BasePath(text) { return path }
    throw .usage("\(source.origin(flag, "base-path")) must be a path such as /steno, not \"\(text)\"")
  }

  /// Who asked for any free port did not mean to take the well-known one beside it.
  private static func grpcPort(
    _ options: ServeOptions, _ source: SettingSource, besides port: Int
  ) throws(CommandFailure) -> Int? {
    if options.noGRPC, options.grpcPort != nil { throw .usage("--no-grpc and --grpc-port exclude each other") }
    if options.grpcPort == nil, try source.isOn(options.noGRPC, "no-grpc") { return nil }
    return try source.port(options.grpcPort, "grpc-port") ?? (port == 0 ? 0 : 4317)
  }
}
