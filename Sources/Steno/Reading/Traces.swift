import ArgumentParser
import JSON

struct Traces: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the traces of a running Steno, the latest first.",
    discussion: """
      Example:
        $ steno traces --project chatbot --model gpt-4o-mini --limit 100
      """)

  @OptionGroup var list: ListOptions

  @Option(help: ArgumentHelp("Of the session of this name.", valueName: "name"))
  var session: String?

  @OptionGroup var client: ClientOptions

  func run() throws {
    let rows = try Rows(api: APIClient(client)).list(
      "/api/v1/traces", list.query + [("session", session)], limit: list.limit ?? 20)
    Screen.current().show(rows, asJSON: list.json, nothing: "No trace.") {
      var table = Table([
        Table.Column(head: "TRACE", widthMax: 32), Table.Column(head: "NAME", widthMax: 24),
        Table.Column(head: "SESSION", widthMax: 24), Table.Column(head: "MODEL", widthMax: 20),
        Table.Column(head: "SPANS", widthMax: 6, isNumber: true), Table.Column(head: "MS", widthMax: 9, isNumber: true),
        Table.Column(head: "TOKENS", widthMax: 9, isNumber: true), Table.Column(head: "STATUS", widthMax: 7),
        Table.Column(head: "STARTED", widthMax: 19), Table.Column(head: "INPUT", widthMax: 30),
      ])
      for row in rows {
        let milliseconds = row["duration_ms"]?.double.map { $0 < 1e15 ? String(Int64($0.rounded())) : "" } ?? ""
        table.add([
          row.cell("trace_id"), row.cell("name"), row.cell("session_name"), row.cell("model"), row.cell("span_count"),
          milliseconds, row.tokens, row.cell("status"), row.time("start_time"), row.cell("input"),
        ])
      }
      return table
    }
  }
}
