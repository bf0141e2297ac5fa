import ArgumentParser
import Logging
import Server
import Telemetry

/// Who is let in.
struct AccessOptions: ParsableArguments {
  @Option(
    name: .customLong("api-key"),
    help: ArgumentHelp(
      "A key that lets everything in; may be repeated (STENO_API_KEY, with commas). Other users of this machine see "
        + "flags: prefer the variable, or steno keys add.", valueName: "key"))
  var keys: [String] = []

  @Option(
    name: .customLong("api-keys-file"),
    help: ArgumentHelp(
      "The file that steno keys writes (STENO_API_KEYS_FILE; default: the database's name and .keys).",
      valueName: "file"))
  var keysFile: String?

  @Option(
    help: ArgumentHelp(
      "Names, separated by commas, that requests may call this server by (STENO_ALLOW_HOST; default: those of "
        + "loopback, and beyond it any).", valueName: "hosts"))
  var allowHost: String?

  @Flag(help: "Listen beyond loopback without any key (STENO_INSECURE=true).")
  var insecure = false
}

/// Flag, else variable, else default.
struct AccessSettings {
  /// Bytes of a key. Fewer could be guessed.
  private static let keyBytes = 16...512

  var keys: [APIKey]
  /// nil: beside the database.
  var keysFile: String?
  var allowedHosts: [String]
  var isInsecure: Bool

  init(_ options: AccessOptions, _ environment: Environment) throws(CommandFailure) {
    let source = SettingSource(environment: environment)
    keys = []
    for (index, secret) in source.texts(options.keys, "api-key").enumerated() {
      guard Self.keyBytes.contains(secret.utf8.count) else {
        throw .usage(
          "\(source.origin(options.keys.first, "api-key")) must be \(Self.keyBytes.lowerBound) to "
            + "\(Self.keyBytes.upperBound) bytes long", hint: "steno keys add makes a key of 256 random bits")
      }
      keys.append(APIKey(secret: secret, name: "flag-\(index + 1)"))
    }
    keysFile = source.text(options.keysFile, "api-keys-file")
    allowedHosts = source.text(options.allowHost, "allow-host")?.split(separator: ",").map { String($0) } ?? []
    let variable = try source.choice(nil, "insecure", ["true": true, "false": false, "1": true, "0": false])
    isInsecure = options.insecure || variable == true
  }

  /// Reads the keys; refuses to listen beyond loopback where there is none.
  func control(host: String, database: String, _ logger: Logger) throws(CommandFailure) -> AccessControl {
    let control: AccessControl
    let path = keysFile ?? KeyFile.path(besides: database)
    do throws(KeyFile.Failure) {
      control = try AccessControl(keys: keys, path: path, logger: logger)
    } catch {
      throw CommandFailure(error)
    }
    if !control.isRequired, !isInsecure, !LoopbackHost.contains(host) {
      throw CommandFailure(
        "\(host) is reached from other machines, and there is no API key: whoever reaches it could read every prompt",
        hint: "make a key with steno keys add, set STENO_API_KEY, or say --insecure", code: 2)
    }
    return control
  }
}

extension CommandFailure {
  init(_ error: KeyFile.Failure) { self.init(error.message, hint: error.hint) }
}
