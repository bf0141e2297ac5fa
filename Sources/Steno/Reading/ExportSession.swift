import ArgumentParser
import Glibc

struct ExportSession: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a session as OTLP, JSON lines, CSV or one HTML page.",
    discussion: """
      What is written as OTLP goes back into a store with steno import.

      Examples:
        $ steno export session-c91d4e --output session.json
        $ steno export session-c91d4e --format html > session.html
      """)

  @Argument(help: ArgumentHelp("The session's name or ID.", valueName: "session"))
  var session: String

  @Option(help: "Of this project, where several have a session of that name.")
  var project: String?

  @Option(help: ArgumentHelp("otlp, jsonl, csv or html (default otlp).", valueName: "format"))
  var format: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write; without it standard output.", valueName: "file"))
  var output: String?

  @OptionGroup var client: ClientOptions

  func run() throws {
    let api = try APIClient(client)
    let found = try FoundSession(session, project: project, api)
    let path = "/api/v1/sessions/\(found.id)/export" + APIClient.text(of: [("format", format ?? "otlp")])
    let answer = try api.send("GET", path)
    try api.check(answer, path)
    guard let output else {
      while let piece = try answer.next() { Terminal.output(bytes: piece) }
      return
    }
    let file = try ReplacedFile(output, isForced: true)
    while let piece = try answer.next() { try file.write(piece) }
    try file.finish()
  }
}
