import Foundation
import PackagePlugin

/// Turns the text files of a target into Swift source: `Migrations/*.sql` and `Store/Queries/*.sql` become the enum
/// `EmbeddedSQL`, `Server/Dashboard/*` becomes the enum `EmbeddedPage`, what else lies in `Server` `EmbeddedText`.
@main
struct EmbedTextPlugin: BuildToolPlugin {
  private static let pageExtensions: Set<String> = ["html", "css", "js", "svg", "json"]

  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let module = target.sourceModule else { return [] }
    let tool = try context.tool(named: "EmbedText").url
    var commands: [Command] = []
    let kinds: [(String, Set<String>, (URL) -> Bool)] = [
      ("EmbeddedSQL", ["sql"], { _ in true }),
      ("EmbeddedPage", Self.pageExtensions, { $0.deletingLastPathComponent().lastPathComponent == "Dashboard" }),
      ("EmbeddedText", Self.pageExtensions, { $0.deletingLastPathComponent().lastPathComponent != "Dashboard" }),
    ]
    for (type, extensions, isWanted) in kinds {
      let inputs = module.sourceFiles.map(\.url)
        .filter { extensions.contains($0.pathExtension) && isWanted($0) }
        .sorted { $0.path < $1.path }
      if inputs.isEmpty { continue }
      let output = context.pluginWorkDirectoryURL.appending(path: "\(type).swift")
      commands.append(
        .buildCommand(
          displayName: "Embedding \(inputs.count) files as \(type)", executable: tool,
          arguments: [output.path, type] + inputs.map(\.path), inputFiles: inputs, outputFiles: [output]))
    }
    return commands
  }
}
