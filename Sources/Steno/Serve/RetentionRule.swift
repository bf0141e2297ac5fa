/// What `--retain` and `--max-size` say.
struct RetentionRule: Sendable {
  var maxAge: Duration?
  /// Bytes of the database file.
  var maxBytes: Int64?

  /// The schema of an empty file takes some hundred kilobytes.
  private static let leastBytes: Int64 = 1_000_000

  /// nil: everything is kept.
  init?(_ options: ServeOptions, _ source: SettingSource) throws(CommandFailure) {
    if let text = source.text(options.retain, "retain") {
      guard let age = Self.age(text) else {
        throw .usage(
          "\(source.origin(options.retain, "retain")) must be a number and s, m, h, d or w, not \"\(text.singleLine)\"",
          hint: "for example 30d")
      }
      maxAge = age
    }
    if let text = source.text(options.maxSize, "max-size") {
      let origin = source.origin(options.maxSize, "max-size")
      guard let bytes = Self.bytes(text) else {
        throw .usage(
          "\(origin) must be a number and KB, MB, GB or TB, not \"\(text.singleLine)\"", hint: "for example 10GB")
      }
      if bytes < Self.leastBytes { throw .usage("\(origin) must be 1MB or more", hint: "for example 10GB") }
      maxBytes = bytes
    }
    if maxAge == nil && maxBytes == nil { return nil }
  }

  /// Between two looks: a tenth of the age, a second at the least and ten at the most.
  var interval: Duration { min(.seconds(10), max(.seconds(1), (maxAge ?? .seconds(100)) / 10)) }

  static func age(_ text: String) -> Duration? {
    let seconds: [(String, Int64)] = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("w", 604_800)]
    for (unit, factor) in seconds where text.hasSuffix(unit) {
      guard let number = number(text.dropLast(unit.count)), number > 0 else { return nil }
      let (product, overflows) = number.multipliedReportingOverflow(by: factor)
      return overflows ? nil : .seconds(product)
    }
    return nil
  }

  /// In powers of ten; KiB, MiB, GiB and TiB are powers of two.
  static func bytes(_ text: String) -> Int64? {
    let units: [(String, Int64)] = [
      ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("KB", 1_000), ("MB", 1_000_000),
      ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ]
    for (unit, factor) in units where text.lowercased().hasSuffix(unit.lowercased()) {
      guard let number = number(text.dropLast(unit.count)) else { return nil }
      let (product, overflows) = number.multipliedReportingOverflow(by: factor)
      return overflows ? nil : product
    }
    return nil
  }

  private static func number(_ text: Substring) -> Int64? {
    var text = text
    while text.last == " " { text.removeLast() }
    return text.allSatisfy { $0.isASCII && $0.isNumber } ? Int64(text) : nil
  }
}
