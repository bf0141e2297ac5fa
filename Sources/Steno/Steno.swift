import ArgumentParser

/// The command line. A bare `steno` serves.
@main
struct Steno: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steno",
    abstract: "Gives every conversation of your LLM application back as one thing.",
    discussion: """
      Steno takes OpenTelemetry spans (OTLP), groups them by session.id and
      user.id, keeps them in one SQLite file, and serves sessions, conversations
      and traces, as a page and as a REST API.

      Start it, and open the page that it names:
        $ steno

      Point an SDK at it, FutureAGI's or any OpenTelemetry SDK:
        $ export FI_BASE_URL=http://127.0.0.1:4318
        $ export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318

      No SDK at hand? In a second terminal:
        $ steno demo
      """,
    subcommands: [Serve.self, Demo.self, Healthcheck.self, Verify.self, Regroup.self, Keys.self],
    groupedSubcommands: [
      CommandGroup(
        name: "Client",
        subcommands: [
          Sessions.self, Show.self, Search.self, Tail.self, Traces.self, ExportSession.self, Delete.self,
        ]),
      CommandGroup(name: "File", subcommands: [Import.self, Backup.self, Restore.self]),
    ],
    defaultSubcommand: Serve.self)

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let failure as CommandFailure {
      Terminal.error("steno: \(failure.message)\n")
      if !failure.hint.isEmpty { Terminal.error("  hint: \(failure.hint)\n") }
      Terminal.exit(failure.code)
    } catch {
      end(with: error)
    }
  }

  /// Help goes to standard output with code 0, a usage error to standard error with code 2.
  private static func end(with error: any Error) -> Never {
    let code = exitCode(for: error)
    if code == .success {
      Terminal.output(fullMessage(for: error) + "\n")
      Terminal.exit(0)
    }
    Terminal.error("steno: \(message(for: error))\n")
    if code == .validationFailure { Terminal.error("  hint: steno --help lists every flag\n") }
    Terminal.exit(code == .validationFailure ? 2 : 1)
  }
}
