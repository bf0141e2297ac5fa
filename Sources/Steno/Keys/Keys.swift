import ArgumentParser
import Server

struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make, list and revoke API keys.",
    discussion: """
      Only digests of keys are kept, in a file beside the database. A running
      server reads it within a second. Until there is a key, nobody is asked for
      one.

      Examples:
        $ steno keys add --name laptop
        $ steno keys add --name chatbot --scope ingest --project chatbot
        $ steno keys list
        $ steno keys revoke 3f9c2a71
      """,
    subcommands: [AddKey.self, ListKeys.self, RevokeKey.self])
}

/// The file of keys that a command works on.
struct KeyFileOptions: ParsableArguments {
  @OptionGroup var data: DataOptions

  @Option(
    name: .customLong("api-keys-file"),
    help: ArgumentHelp(
      "The file of keys (STENO_API_KEYS_FILE; default: the database's name and .keys).", valueName: "file"))
  var keysFile: String?

  func path() throws(CommandFailure) -> String {
    let environment = Environment.process()
    let source = SettingSource(environment: environment)
    if let named = source.text(keysFile, "api-keys-file") { return named }
    return KeyFile.path(besides: try DataFile.prepare(source.text(data.data, "data"), environment))
  }

  static func read(_ path: String) throws(CommandFailure) -> [APIKey] {
    do throws(KeyFile.Failure) { return try KeyFile.read(path) } catch { throw CommandFailure(error) }
  }

  static func write(_ keys: [APIKey], to path: String) throws(CommandFailure) {
    do throws(KeyFile.Failure) { try KeyFile.write(keys, to: path) } catch { throw CommandFailure(error) }
  }
}
