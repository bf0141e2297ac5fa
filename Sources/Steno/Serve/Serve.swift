import ArgumentParser
import Conversations
import Glibc
import Logging
import Server
import ServiceLifecycle
import Store
import Telemetry
import UnixSignals

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take spans, keep them, serve sessions and the page: a bare steno does this.",
    discussion: """
      Every flag is also a variable, --log-level is STENO_LOG_LEVEL, and a line of the
      file that --config names: log-level = info. A flag beats its variable, and the
      variable the file.

      Examples:
        $ steno serve --port 4400 --data ./traces.db
        $ STENO_HOST=0.0.0.0 STENO_DATA=/data/steno.db steno serve

      It ends on SIGTERM, SIGINT or SIGHUP, after the requests that have begun.
      """)

  @OptionGroup var options: ServeOptions

  func run() async throws {
    let environment = try Environment.process(options.data)
    let settings = try ServeSettings(options, environment)
    let conventions = try Conventions(options.conventions, environment)
    let access = try AccessSettings(options.access, environment)
    // Prompts and answers are private: what is created here is readable by its owner alone.
    umask(0o077)
    Memory.giveLargeBuffersBack()
    let path = try DataFile.prepare(settings.data, environment)
    var adjusted = try Limits(options, environment)
    adjusted.connectionsMax = OpenFiles.raise(connections: adjusted.connectionsMax)
    let limits = adjusted
    var logger = Logger(label: "steno") { label in
      if settings.logsJSON { return JSONLogHandler() }
      return StreamLogHandler.standardError(label: label)
    }
    logger.logLevel = settings.logLevel
    let control = try access.control(host: settings.host, database: path, logger)
    let store = try Store.open(
      for: Store.Configuration(
        path: path, limits: limits, conventions: conventions, searches: settings.searches))
    var http = HTTPConfiguration(
      host: settings.host, port: settings.port, grpcPort: settings.grpcPort, allowedOrigins: settings.allowedOrigins,
      limits: limits, conventions: conventions)
    http.allowedHosts = access.allowedHosts
    http.basePath = settings.basePath
    let regrouping = Regrouping(store, logger)
    let retaining = settings.retention.map { Retaining($0, store, logger) }
    let application = makeApplication(
      configuration: http, store: store, access: control, clock: wallClock, logger: logger
    ) { ports in
      Terminal.output(
        Greeting(host: settings.host, ports: ports, path: path, asksForKey: control.isRequired).text)
      regrouping.start()
      retaining?.start()
    }
    let outcome = await Self.run(application, logger)
    retaining?.stop()
    await regrouping.closeStore()
    if let error = outcome { throw ListenFailure.explain(error, host: settings.host, port: settings.port) }
  }

  /// A terminal that is closed hangs up; who started it under nohup wants it to go on.
  private static func endingSignals() -> [UnixSignal] {
    var action = sigaction()
    let isRead = sigaction(SIGHUP, nil, &action) == 0
    let ignoresHangup = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    return isRead && ignoresHangup ? [.sigterm, .sigint] : [.sigterm, .sigint, .sighup]
  }

  /// Runs until a signal or an error; nil after a signal.
  private static func run(_ application: some Service, _ logger: Logger) async -> (any Error)? {
    var configuration = ServiceGroupConfiguration(
      services: [application], gracefulShutdownSignals: Self.endingSignals(), logger: logger)
    // Exporters give an answer up after 10 s: nobody waits longer for a request that has begun.
    configuration.maximumGracefulShutdownDuration = .seconds(10)
    do {
      try await ServiceGroup(configuration: configuration).run()
      return nil
    } catch {
      return error
    }
  }
}
