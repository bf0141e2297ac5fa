import ArgumentParser
import Server
import Telemetry

struct ListKeys: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the keys: ID, scope, project, when it was made, name.")

  @OptionGroup var file: KeyFileOptions

  func run() throws {
    let path = try file.path()
    let keys = try KeyFileOptions.read(path)
    if keys.isEmpty { Terminal.error("No keys in \(path).\n") }
    for key in keys {
      let columns = [
        key.id, key.scope.rawValue, key.project?.text ?? "-", key.created?.rfc3339 ?? "-",
        key.name.isEmpty ? "-" : key.name,
      ]
      Terminal.output(columns.map(\.singleLine).joined(separator: "\t") + "\n")
    }
  }
}
