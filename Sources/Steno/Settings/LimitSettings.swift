import Telemetry

extension Limits {
  /// The defaults, but for what flags or else the variable set.
  init(_ options: ServeOptions, _ environment: Environment) throws(CommandFailure) {
    self.init()
    let source = SettingSource(environment: environment)
    let origin = source.origin(options.limits.first, "limit")
    for text in source.texts(options.limits, "limit") {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw .usage("\(origin) must be NAME=VALUE, not \"\(text.singleLine)\"", hint: Self.namesHint)
      }
      do throws(LimitFailure) {
        try set(String(parts[0]), to: String(parts[1]))
      } catch {
        switch error {
        case .unknown(let name):
          throw .usage("\(origin): there is no limit \"\(name.singleLine)\"", hint: Self.namesHint)
        case .notANumber(let name):
          throw .usage("\(origin): \(name) must be a whole number", hint: "KiB, MiB and GiB may stand behind it")
        case .fixed(let name):
          throw .usage("\(origin): \(name) can't be set", hint: "what is stored was packed under it")
        case .outOfRange(let name, let range):
          throw .usage(
            "\(origin): \(name) must be \(range.lowerBound) to \(range.upperBound)", hint: "docs/limits.md says why")
        }
      }
    }
    if pageRowsDefault > pageRowsMax {
      throw .usage("\(origin): pageRowsDefault is larger than pageRowsMax", hint: "set both")
    }
  }

  private static var namesHint: String { "the limits are " + table.map(\.name).joined(separator: ", ") }
}
