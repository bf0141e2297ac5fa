import Glibc

/// The environment of the process, as it was at the start, and behind it what a configuration file sets.
struct Environment: Sendable {
  private var values: [String: String]
  /// Variables that the file set, with the place in it.
  private var places: [String: String] = [:]

  init(_ values: [String: String]) { self.values = values }

  /// The environment, and for what it leaves open the file that `--config` or STENO_CONFIG names.
  static func process(_ options: DataOptions) throws(CommandFailure) -> Environment {
    var environment = process()
    let source = SettingSource(environment: environment)
    guard let path = source.text(options.config, "config") else { return environment }
    let file = try ConfigurationFile(path, as: source.origin(options.config, "config"))
    for entry in file.entries {
      let name = source.variable(entry.key)
      if environment[name] != nil { continue }
      environment.values[name] = entry.value
      environment.places[name] = "\(path):\(entry.line): \(entry.key)"
    }
    return environment
  }

  /// How a message names the place that a variable's value came from.
  func origin(of name: String) -> String { places[name] ?? name }

  /// Reads `environ` once.
  static func process() -> Environment {
    var values: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        values[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      next += 1
    }
    return Environment(values)
  }

  /// The value of a variable; nil where it is unset or empty.
  subscript(name: String) -> String? {
    guard let value = values[name], !value.isEmpty else { return nil }
    return value
  }
}
