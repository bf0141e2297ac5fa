import Foundation
import PackagePlugin

/// Turns the text files of a target into Swift source: `Migrations/*.sql` and `Store/Queries/*.sql` become the enum
/// `EmbeddedSQL`, `Server/Dashboard/*` becomes the enum `EmbeddedPage`.
@main
struct EmbedTextPlugin: BuildToolPlugin {
  private static let pageExtensions: Set<String> = ["html", "css", "js", "svg", "json"]

  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let module = target.sourceModule else { return [] }
    let tool = try context.tool(named: "EmbedText").url
    var commands: [Command] = []
    for (type, extensions) in [("EmbeddedSQL", Set(["sql"])), ("EmbeddedPage", Self.pageExtensions)] {
      let inputs = module.sourceFiles.map(\.url)
        .filter { extensions.contains($0.pathExtension) }
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
