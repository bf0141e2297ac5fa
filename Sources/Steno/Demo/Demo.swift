import ArgumentParser
import Telemetry

struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Send a conversation to a running Steno, and say where to see it.",
    discussion: """
      The spans are those that the FutureAGI SDK makes of a chat on photosynthesis,
      sent as any exporter sends them. Sent again, they replace the earlier ones.
      """)

  @Option(help: ArgumentHelp("Where the server is (STENO_URL; default http://127.0.0.1:4318).", valueName: "url"))
  var url: String?

  @Option(help: ArgumentHelp("A key, where the server asks for one (STENO_API_KEY).", valueName: "key"))
  var apiKey: String?

  func run() throws {
    let environment = Environment.process()
    let url = try HTTPURL.of(url, environment)
    let key = SettingSource(environment: environment).texts(apiKey.map { [$0] } ?? [], "api-key").first
    let conversation = DemoConversation(start: wallClock().value)
    let answer = try HTTPClient(url: url, key: key).post(
      "/v1/traces", contentType: "application/json", conversation.request)
    guard answer.status == 200 else {
      throw CommandFailure(
        "\(url.origin) answers \(answer.status): \(String(decoding: answer.body.prefix(500), as: UTF8.self))")
    }
    let id = SessionID(project: ProjectName(DemoConversation.project), name: SessionName(DemoConversation.session)).uuid
    Terminal.output(
      """
      Sent three turns of \(DemoConversation.session) in project \(DemoConversation.project).

        Page  \(url.origin)/?view=session&project=\(DemoConversation.project)&id=\(id)
        API   \(url.origin)/api/v1/sessions/\(id)/conversation

      """)
  }
}
