import ArgumentParser

/// The flags of `serve`. Each has a variable, which the flag beats.
struct ServeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Address to listen on (STENO_HOST; default 127.0.0.1).", valueName: "address"))
  var host: String?

  @Option(
    help: ArgumentHelp(
      "Port for OTLP/HTTP, API and page; 0: any free one (STENO_PORT; default 4318).", valueName: "port"))
  var port: String?

  @OptionGroup var data: DataOptions

  @OptionGroup var conventions: ConventionOptions

  @OptionGroup var access: AccessOptions

  @Option(
    name: .customLong("limit"),
    help: ArgumentHelp(
      "Another value for a limit, as in requestBodyBytesMax=16MiB; may be repeated (STENO_LIMIT, with commas). "
        + "docs/limits.md names them.", valueName: "name=value"))
  var limits: [String] = []

  @Option(
    help: ArgumentHelp(
      "Origins whose pages may use the API, separated by commas (STENO_ALLOW_ORIGIN; default: loopback only).",
      valueName: "origins"))
  var allowOrigin: String?

  @Option(
    help: ArgumentHelp(
      "Delete sessions that ended longer ago: a number and s, m, h, d or w (STENO_RETAIN; default: keep all).",
      valueName: "age"))
  var retain: String?

  @Option(
    help: ArgumentHelp(
      "Delete the oldest sessions while the database is larger: a number and KB, MB, GB or TB (STENO_MAX_SIZE).",
      valueName: "size"))
  var maxSize: String?

  @Option(
    help: ArgumentHelp(
      "trace, debug, info, notice, warning or error (STENO_LOG_LEVEL; default notice).", valueName: "level"))
  var logLevel: String?

  @Option(
    help: ArgumentHelp("text or json, one object a line (STENO_LOG_FORMAT; default text).", valueName: "format"))
  var logFormat: String?

  @Option(
    help: ArgumentHelp(
      "Path below which a reverse proxy shows the server, as in /steno (STENO_BASE_PATH; default: none).",
      valueName: "path"))
  var basePath: String?

  @Option(
    help: ArgumentHelp(
      "Port for OTLP/gRPC; 0: any free one (STENO_GRPC_PORT; default 4317, and 0 where --port is 0).",
      valueName: "port"))
  var grpcPort: String?

  @Flag(name: .customLong("no-grpc"), help: "Serve no OTLP/gRPC (STENO_NO_GRPC=1).")
  var noGRPC = false

  @Option(
    help: ArgumentHelp(
      "on: messages are indexed for text search; off: they are not, and an index that is there is removed "
        + "(STENO_SEARCH; default on).",
      valueName: "on|off"))
  var search: String?
}
