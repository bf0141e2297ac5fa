import ArgumentParser

/// The flags of `serve`. Each has a variable, which the flag beats.
struct ServeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Address to listen on (STENO_HOST; default 127.0.0.1).", valueName: "address"))
  var host: String?

  @Option(
    help: ArgumentHelp(
      "Port for OTLP/HTTP, API and page; 0: any free one (STENO_PORT; default 4318).", valueName: "port"))
  var port: String?

  @Option(help: ArgumentHelp("Port for OTLP/gRPC (STENO_GRPC_PORT; default 4317).", valueName: "port"))
  var grpcPort: String?

  @Option(
    help: ArgumentHelp(
      "The SQLite file (STENO_DATA; default $XDG_DATA_HOME/steno/steno.db, else ~/.local/share/steno/steno.db).",
      valueName: "file"))
  var data: String?

  @Option(help: ArgumentHelp("Text index: on or off (STENO_SEARCH; default on).", valueName: "on|off"))
  var search: String?

  @Option(
    help: ArgumentHelp(
      "Origins whose pages may use the API, separated by commas (STENO_ALLOW_ORIGIN; default: loopback only).",
      valueName: "origins"))
  var allowOrigin: String?

  @Option(
    help: ArgumentHelp(
      "trace, debug, info, notice, warning or error (STENO_LOG_LEVEL; default notice).", valueName: "level"))
  var logLevel: String?
}
