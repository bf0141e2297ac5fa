import ArgumentParser
import Conversations

/// What the operator adds to the conventions table. The rows of a file are made under these: commands on one file are
/// given the same.
struct ConventionOptions: ParsableArguments {
  @Option(
    name: .customLong("session-key"),
    help: ArgumentHelp(
      "An attribute that names the session and beats the known ones; may be repeated (STENO_SESSION_KEY, with commas).",
      valueName: "key"))
  var sessionKeys: [String] = []

  @Option(
    name: .customLong("user-key"),
    help: ArgumentHelp("The same for the user (STENO_USER_KEY).", valueName: "key"))
  var userKeys: [String] = []

  @Option(
    name: .customLong("project-key"),
    help: ArgumentHelp("The same for the project (STENO_PROJECT_KEY).", valueName: "key"))
  var projectKeys: [String] = []

  @Option(
    help: ArgumentHelp(
      "Prices of models as JSON, in place of the built-in ones (STENO_PRICES): "
        + #"{"source", "date", "models": {NAME: {"input", "output", "cached_input"}}}, in US dollars per million tokens."#,
      valueName: "file"))
  var prices: String?
}

extension Conventions {
  /// Bytes of a key.
  private static let keyBytesMax = 1_024
  private static let keysMax = 100
  /// Bytes of a price file; the built-in one has some thousands.
  private static let priceFileBytesMax = 16 << 20

  /// Reads the price file, where one is named.
  init(_ options: ConventionOptions, _ environment: Environment) throws(CommandFailure) {
    let source = SettingSource(environment: environment)
    self.init(
      sessionKeys: try Self.keys(options.sessionKeys, "session-key", source),
      userKeys: try Self.keys(options.userKeys, "user-key", source),
      projectKeys: try Self.keys(options.projectKeys, "project-key", source),
      prices: try Self.prices(options.prices, source))
  }

  private static func keys(
    _ flags: [String], _ name: String, _ source: SettingSource
  ) throws(CommandFailure) -> [String] {
    let keys = source.texts(flags, name)
    let origin = source.origin(flags.first, name)
    if keys.count > keysMax { throw .usage("\(origin) names more than \(keysMax) keys") }
    for key in keys where !(1...keyBytesMax).contains(key.utf8.count) {
      throw .usage("\(origin) must name keys of 1 to \(keyBytesMax) bytes")
    }
    return keys
  }

  private static func prices(_ flag: String?, _ source: SettingSource) throws(CommandFailure) -> PriceTable {
    guard let path = source.text(flag, "prices") else { return .builtIn }
    let origin = source.origin(flag, "prices")
    let text = try TextFile.read(path, as: origin, bytesMax: priceFileBytesMax)
    do throws(PriceTable.FormatError) {
      return try PriceTable(json: text)
    } catch {
      let hint = "steno serve --help shows the form of a price file"
      switch error {
      case .notJSON(let reason): throw .usage("\(origin): \(path) is not JSON: \(reason)", hint: hint)
      case .invalid(let name):
        throw .usage("\(origin): \(path): \"\(name.singleLine)\" is missing or not of its type", hint: hint)
      }
    }
  }
}
