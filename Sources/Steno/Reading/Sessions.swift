import ArgumentParser
import JSON

struct Sessions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the sessions of a running Steno, the newest activity first.",
    discussion: """
      Examples:
        $ steno sessions --user user-7f3a2b
        $ steno sessions --status error --json
      """)

  @OptionGroup var list: ListOptions

  @Option(help: ArgumentHelp("Of this name.", valueName: "name"))
  var session: String?

  @OptionGroup var client: ClientOptions

  func run() throws {
    let rows = try Rows(api: APIClient(client)).list(
      "/api/v1/sessions", list.query + [("session", session)], limit: list.limit ?? 20)
    Screen.current().show(rows, asJSON: list.json, nothing: "No session.") {
      var table = Table([
        Table.Column(head: "SESSION", widthMax: 32), Table.Column(head: "PROJECT", widthMax: 24),
        Table.Column(head: "USER", widthMax: 20), Table.Column(head: "TURNS", widthMax: 6, isNumber: true),
        Table.Column(head: "TOKENS", widthMax: 9, isNumber: true),
        Table.Column(head: "COST", widthMax: 10, isNumber: true),
        Table.Column(head: "STATUS", widthMax: 7), Table.Column(head: "LAST ACTIVITY", widthMax: 19),
        Table.Column(head: "FIRST MESSAGE", widthMax: 40),
      ])
      for row in rows {
        let name = row["display_name"]?.string ?? row.cell("name")
        table.add([
          name, row.cell("project"), row.cell("user_id"), row.cell("turn_count"), row.tokens, row.cost,
          row.cell("status"), row.time("end_time"), row.cell("first_message"),
        ])
      }
      return table
    }
  }
}
