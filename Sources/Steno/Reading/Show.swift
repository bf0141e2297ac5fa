import ArgumentParser
import JSON

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a session's thread of Human and AI turns.",
    discussion: """
      Examples:
        $ steno show session-c91d4e
        $ steno show d3e74025-574b-56ab-afe8-9b19f360373a --json
      """)

  @Argument(help: ArgumentHelp("The session's name or ID.", valueName: "session"))
  var session: String

  @Option(help: "Of this project, where several have a session of that name.")
  var project: String?

  @Flag(help: "The turns as JSON, one in a line.")
  var json = false

  @OptionGroup var client: ClientOptions

  func run() throws {
    let api = try APIClient(client)
    let found = try FoundSession(session, project: project, api)
    let thread = Thread(screen: Screen.current())
    if !json { Terminal.output(thread.head(found.row)) }
    var cursor: String?
    repeat {
      let page = try api.get("/api/v1/sessions/\(found.id)/conversation", [("cursor", cursor)])
      for turn in page["data"]?.array ?? [] {
        Terminal.output(json ? turn.json + "\n" : thread.text(of: turn))
      }
      cursor = page["next_cursor"]?.string
    } while cursor != nil
  }
}

/// A conversation as a person reads it.
private struct Thread {
  let screen: Screen

  func head(_ row: JSONValue) -> String {
    let name = Plain.line(row["display_name"]?.string ?? row.cell("name"))
    let facts = [
      row.cell("project"), row.cell("user_id"), "\(row.cell("turn_count")) turns",
      row.tokens.isEmpty ? "" : "\(row.tokens) tokens", row.cost, row.cell("status"), row.time("start_time"),
    ]
    return screen.styled(name, .bold) + "\n" + dim(facts)
  }

  func text(of turn: JSONValue) -> String {
    var text = "\n" + dim(["\(turn.cell("index"))", turn.time("start_time"), turn.cell("model")])
    if let human = turn["human"]?["content"]?.string { text += said("Human", .cyan, human) }
    let ai = turn["ai"]
    if let content = ai?["content"]?.string, !content.isEmpty { text += said("AI", .green, content) }
    for call in ai?["tool_calls"]?.array ?? [] {
      text += said("AI", .green, "→ \(call.cell("name"))(\(call.cell("arguments")))")
    }
    if let error = turn["error"]?.string { text += said("Error", .red, error) }
    if ai == nil || ai?.isNull == true, turn["error"]?.string == nil {
      text += said("AI", .green, turn.cell("status") == "pending" ? "(pending)" : "(no answer)")
    }
    return text
  }

  private func dim(_ facts: [String]) -> String {
    screen.styled(facts.filter { !$0.isEmpty }.map(Plain.line).joined(separator: " · "), .dim) + "\n"
  }

  private func said(_ speaker: String, _ style: Screen.Style, _ content: String) -> String {
    let indent = String(repeating: " ", count: 7)
    var text = ""
    for line in Plain.lines(content) {
      let lines = screen.width.map { TextWidth.wrap(line, to: max(20, $0 - 7)) } ?? [line]
      for line in lines { text += (text.isEmpty ? "" : indent) + line + "\n" }
    }
    let padding = String(repeating: " ", count: max(0, 7 - speaker.utf8.count))
    return screen.styled(speaker, style) + padding + text
  }
}
