import ArgumentParser

struct Healthcheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask a running Steno whether it is well: exit code 0 or 1.",
    discussion: """
      Without --url it asks the address that STENO_HOST and STENO_PORT name, else
      http://127.0.0.1:4318.
      """)

  @Option(help: ArgumentHelp("Where the server is (STENO_URL).", valueName: "url"))
  var url: String?

  func run() throws {
    let url = try HTTPURL.of(url, Environment.process())
    let answer = try HTTPClient(url: url, timeoutSeconds: 5).get("/healthz")
    guard answer.status == 200 else { throw CommandFailure("\(url.origin) answers \(answer.status)") }
  }
}
