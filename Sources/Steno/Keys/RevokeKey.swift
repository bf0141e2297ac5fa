import ArgumentParser
import Server

struct RevokeKey: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Revoke a key by its ID.",
    discussion: """
      A running server goes on asking for a key when the last one is revoked.
      """)

  @Argument(help: "The ID that steno keys list shows.")
  var id: String

  @OptionGroup var file: KeyFileOptions

  func run() throws {
    let path = try file.path()
    let keys = try KeyFileOptions.read(path)
    let kept = keys.filter { !$0.id.utf8.elementsEqual(id.utf8) }
    guard kept.count < keys.count else {
      throw CommandFailure("\(path) has no key \(id.singleLine)", hint: "steno keys list shows the IDs")
    }
    try KeyFileOptions.write(kept, to: path)
    Terminal.error("Revoked \(id.singleLine); a running server refuses it within a second.\n")
  }
}
