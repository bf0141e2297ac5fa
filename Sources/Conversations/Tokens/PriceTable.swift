package import JSON

/// What models cost, by their names.
package struct PriceTable: Sendable {
  /// Prices of one model and of its dated versions, in 10⁻¹² US dollar a token.
  package struct Price: Sendable, Hashable {
    package var input: Int64
    package var output: Int64
    /// Input that the vendor had cached; nil: as any input.
    package var cachedInput: Int64?
  }

  package enum FormatError: Error, Sendable, Equatable {
    case notJSON(JSONError)
    /// The member, or the model, that is missing or not of its type.
    case invalid(String)
  }

  /// Where the prices were read, and on which day.
  package let source: String
  package let date: String
  private let prices: [(name: [UInt8], price: Price)]
  /// Of each name in `prices` its length and its last byte: most names are told from a model's by these alone.
  private let marks: [Mark]

  private struct Mark {
    var count: Int
    var last: UInt8
  }

  /// No prices.
  init() {
    source = ""
    date = ""
    prices = []
    marks = []
  }

  /// Reads a price file: `{"source", "date", "models": {NAME: {"input", "output", "cached_input"?}}}`, prices in US
  /// dollars per million tokens.
  package init(json: String) throws(FormatError) {
    let file: JSONValue
    do throws(JSONError) { file = try JSONValue.parse(json, depthMax: 8) } catch { throw .notJSON(error) }
    guard let source = file["source"]?.string else { throw .invalid("source") }
    guard let date = file["date"]?.string else { throw .invalid("date") }
    guard let models = file["models"]?.object else { throw .invalid("models") }
    self.source = source
    self.date = date
    var prices: [(name: [UInt8], price: Price)] = []
    for (name, value) in models {
      guard let input = Self.perToken(value["input"]), let output = Self.perToken(value["output"]) else {
        throw .invalid(name)
      }
      prices.append(
        (Self.baseName(name), Price(input: input, output: output, cachedInput: Self.perToken(value["cached_input"]))))
    }
    // The longest name first: the first that fits is the one.
    self.prices = prices.sorted { $0.name.count > $1.name.count }
    marks = self.prices.map { Mark(count: $0.name.count, last: $0.name.last ?? 0) }
  }

  /// Every price, in a total order: equal tables have equal texts.
  var canonicalText: String {
    prices.map { entry in
      "\(String(decoding: entry.name, as: UTF8.self)) \(entry.price.input) \(entry.price.output) "
        + "\(entry.price.cachedInput ?? -1)"
    }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: "\n")
  }

  /// A dollar for a million tokens is 10⁻⁶ dollar a token.
  private static func perToken(_ value: JSONValue?) -> Int64? {
    guard let dollars = value?.double, dollars.isFinite, dollars >= 0, dollars < 1e9 else { return nil }
    return Int64((dollars * 1e6).rounded())
  }

  /// The price of the longest name that `model` is, or is a dated or tagged version of; nil for an unknown model.
  package func price(of model: String) -> Price? {
    let name = Self.baseName(model)
    // The last byte tells the names of the table apart sooner than the first.
    for (index, mark) in marks.enumerated() where 1...max(1, name.count) ~= mark.count {
      if name[mark.count - 1] == mark.last, Self.isVersion(name, of: prices[index].name) { return prices[index].price }
    }
    return nil
  }

  /// What a call cost; nil where model, or what it used, is unknown.
  package func cost(of model: String, _ tokens: TokenCounts) -> PicoDollars? {
    guard let price = price(of: model) else { return nil }
    let output: Int64
    if let reported = tokens.output {
      output = reported
    } else if price.output == 0 {
      output = 0
    } else {
      return nil
    }
    guard let input = tokens.input ?? (price.output == 0 ? tokens.total : nil) else { return nil }
    let cached = price.cachedInput == nil ? 0 : min(tokens.cachedInput ?? 0, input)
    return PicoDollars(
      (input - cached).multipliedClamped(price.input)
        .addingClamped(cached.multipliedClamped(price.cachedInput ?? 0))
        .addingClamped(output.multipliedClamped(price.output)))
  }

  private static let vendors: [[UInt8]] = ["anthropic.", "amazon.", "cohere.", "mistral."].flatMap { vendor in
    ["", "us.", "eu.", "apac.", "global."].map { region in Array((region + vendor).utf8) }
  }

  /// Lowercase, without a gateway's path (`openai/`, `models/`) and without Bedrock's vendor (`us.anthropic.`).
  private static func baseName(_ model: String) -> [UInt8] {
    var name = model.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }[...]
    if let slash = name.lastIndex(of: UInt8(ascii: "/")) { name = name[(slash + 1)...] }
    for vendor in vendors where vendor.first == name.first && name.starts(with: vendor) {
      return Array(name.dropFirst(vendor.count))
    }
    return Array(name)
  }

  /// A version is the name itself, or the name, one of `-@:`, and a date, a number or a stage. `gpt-4o-audio` is no
  /// version of `gpt-4o`: an unknown price is better than a wrong one.
  private static func isVersion(_ name: [UInt8], of base: [UInt8]) -> Bool {
    guard name.starts(with: base) else { return false }
    let rest = name.dropFirst(base.count)
    guard let separator = rest.first else { return true }
    guard separator == UInt8(ascii: "-") || separator == UInt8(ascii: "@") || separator == UInt8(ascii: ":") else {
      return false
    }
    let version = rest.dropFirst()
    if let first = version.first, (0x30...0x39).contains(first) { return true }
    return ["latest", "preview", "exp", "v1", "v2", "v3"].contains { version.starts(with: $0.utf8) }
  }
}
