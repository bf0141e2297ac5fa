import ArgumentParser
import Glibc
import JSON

struct Delete: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Delete a session, a trace, a user or a project, with everything that was sent of it.",
    discussion: """
      It asks before it deletes, unless --yes says that it needn't.

      Examples:
        $ steno delete session session-c91d4e
        $ steno delete user user-7f3a2b --project chatbot --yes
      """)

  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case session, trace, user, project
  }

  @Argument(help: "session, trace, user or project.")
  var kind: Kind

  @Argument(
    help: ArgumentHelp("A session's name or ID, a trace's ID, a user's or a project's name.", valueName: "name"))
  var name: String

  @Option(help: "Of this project: for a user, and for a session's name.")
  var project: String?

  @Flag(help: "Don't ask.")
  var yes = false

  @Flag(help: "The receipt as JSON.")
  var json = false

  @OptionGroup var client: ClientOptions

  func run() throws {
    let api = try APIClient(client)
    let segment = APIClient.segment(name)
    var what = "\(kind.rawValue) \(Plain.line(name))"
    let path: String
    switch kind {
    case .session:
      let found = try FoundSession(name, project: project, api)
      what += " of project \(Plain.line(found.row.cell("project"))), \(found.row.cell("trace_count")) traces"
      path = "/api/v1/sessions/\(found.id)"
    case .trace: path = "/api/v1/traces/\(segment)"
    case .user:
      what += project.map { " of project \(Plain.line($0))" } ?? " of every project"
      path = "/api/v1/users/\(segment)" + APIClient.text(of: [("project", project)])
    case .project: path = "/api/v1/projects/\(segment)"
    }
    if !yes { try Self.confirm(what) }
    let receipt = try api.parse(try api.bytes("DELETE", path, patience: Self.patienceSeconds))
    if json { return Terminal.output(receipt.json + "\n") }
    let deleted = receipt["deleted"]
    func count(_ key: String) -> String { deleted?.cell(key) ?? "0" }
    Terminal.output(
      "Deleted \(count("sessions")) sessions, \(count("traces")) traces, \(count("spans")) spans.\n")
  }

  /// The answer comes when every row is gone: of a large project that takes minutes, beside what the server has to do.
  private static let patienceSeconds = 3_600

  private static func confirm(_ what: String) throws(CommandFailure) {
    guard isatty(STDIN_FILENO) == 1 else {
      throw .usage("nobody is there to ask", hint: "--yes deletes without asking")
    }
    Terminal.error("Delete \(what)? It can't be undone. [y/N] ")
    let answer = readLine() ?? ""
    guard ["y", "yes"].contains(answer.lowercased()) else { throw CommandFailure("nothing was deleted") }
  }
}
