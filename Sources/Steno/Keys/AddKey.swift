import ArgumentParser
import Server
import Telemetry

struct AddKey: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Make a key, and show it once.",
    discussion: """
      The key itself goes to standard output, everything else to standard error.
      A key with a project reads and sends in that project alone.
      """)

  @Option(help: ArgumentHelp("What the key is for.", valueName: "text"))
  var name: String = ""

  @Option(help: ArgumentHelp("ingest, read or all.", valueName: "scope"))
  var scope: String = "all"

  @Option(help: ArgumentHelp("The one project that the key is for.", valueName: "name"))
  var project: String?

  @OptionGroup var file: KeyFileOptions

  func run() throws {
    guard let scope = APIKey.Scope(rawValue: scope) else {
      throw CommandFailure.usage("--scope must be ingest, read or all")
    }
    guard name.utf8.count <= 200 else { throw CommandFailure.usage("--name must be 200 bytes or fewer") }
    if let project, project.isEmpty || project.utf8.count > 1_024 {
      throw CommandFailure.usage("--project must be 1 to 1024 bytes")
    }
    let path = try file.path()
    let keys = try KeyFileOptions.read(path)
    guard keys.count < KeyFile.keysMax else {
      throw CommandFailure("\(path) holds \(keys.count) keys", hint: "revoke one first with steno keys revoke")
    }
    let secret = Secret.make()
    let digest = SHA256.digest(Array(secret.utf8))
    let key = APIKey(
      id: Hex.encode(digest.prefix(4)), name: name, scope: scope, project: project.map(ProjectName.init),
      digest: digest,
      created: wallClock())
    try KeyFileOptions.write(keys + [key], to: path)
    Terminal.error("Key \(key.id) of scope \(scope.rawValue). It is shown this once:\n")
    Terminal.output(secret + "\n")
  }
}
