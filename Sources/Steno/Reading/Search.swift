import ArgumentParser
import JSON

struct Search: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look for words in every message, the best match first.",
    discussion: """
      Examples:
        $ steno search photosynthesis
        $ steno search '"light energy" chem*' --user user-7f3a2b
      """)

  @Argument(help: ArgumentHelp("Words; \"a phrase\"; a prefix*.", valueName: "query"))
  var query: [String]

  @Option(help: "In this project.")
  var project: String?

  @Option(help: "Of this user.")
  var user: String?

  @Option(help: ArgumentHelp("user, assistant, system or tool.", valueName: "role"))
  var role: String?

  @Option(help: ArgumentHelp("Matches at the most (default 20).", valueName: "n"))
  var limit: Int?

  @Flag(help: "The matches as JSON, one in a line.")
  var json = false

  @OptionGroup var client: ClientOptions

  func run() throws {
    let rows = try Rows(api: APIClient(client)).list(
      "/api/v1/search",
      [("q", query.joined(separator: " ")), ("project", project), ("user_id", user), ("role", role)],
      limit: limit ?? 20)
    if json || rows.isEmpty {
      return Screen.current().show(rows, asJSON: json, nothing: "No message matches.") { Table([]) }
    }
    let screen = Screen.current()
    for row in rows {
      let place = row["session_name"]?.string ?? row.cell("trace_id")
      let facts = [
        row["turn"]?.int64.map { "turn \($0)" } ?? "", row.cell("role"), row.cell("project"), row.time("time"),
      ]
      let told = facts.filter { !$0.isEmpty }.map(Plain.line).joined(separator: " · ")
      Terminal.output(screen.styled(Plain.line(place), .bold) + "  " + screen.styled(told, .dim) + "\n")
      Terminal.output("  " + Self.marked(row.cell("snippet"), on: screen) + "\n")
    }
  }

  /// The snippet as text: HTML that holds no markup but `<mark>`.
  static func marked(_ html: String, on screen: Screen) -> String {
    var text = ""
    for (index, piece) in html.split(separator: "<mark>", omittingEmptySubsequences: false).enumerated() {
      let halves = piece.split(separator: "</mark>", maxSplits: 1, omittingEmptySubsequences: false)
      if index > 0, halves.count == 2 {
        text += screen.styled(Plain.line(unescaped(halves[0])), .yellow) + Plain.line(unescaped(halves[1]))
      } else {
        text += Plain.line(unescaped(piece))
      }
    }
    return text
  }

  private static func unescaped(_ html: Substring) -> String {
    String(html).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&amp;", with: "&")
  }
}
