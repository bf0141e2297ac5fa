import Telemetry

/// What a word without quotation marks stands for.
enum LiteralReading {
  static func read(_ word: String, position: Int) throws(FilterError) -> FilterSyntax.Literal {
    switch word {
    case "*": return .anything
    case "true": return .flag(true)
    case "false": return .flag(false)
    case "null": return .null
    default: break
    }
    let bytes = Array(word.utf8)
    guard let first = bytes.first, isDigit(first) || first == UInt8(ascii: "-") else { return .text(ExactText(word)) }
    if looksLikeTime(bytes) {
      guard let time = UnixNanoseconds(nearestToRFC3339: word) else {
        throw FilterError(
          position: position, message: "Expected an RFC 3339 time, such as 2026-11-22T13:20:00Z; a text is quoted.")
      }
      return .time(time)
    }
    let length = numberLength(bytes)
    if length == 0 { return .text(ExactText(word)) }
    if length == bytes.count { return .number(try number(word, position)) }
    guard let unit = units[String(decoding: bytes[length...], as: UTF8.self)], first != UInt8(ascii: "-"),
      let count = Double(String(decoding: bytes[..<length], as: UTF8.self))
    else { return .text(ExactText(word)) }
    let nanoseconds = (count * unit).rounded()
    guard let exact = Int64(exactly: nanoseconds) else {
      throw FilterError(position: position, message: "The duration is too long; 292 years are the most.")
    }
    return .duration(nanoseconds: exact)
  }

  private static let units: [String: Double] = [
    "ns": 1, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3_600e9,
  ]

  private static func number(_ word: String, _ position: Int) throws(FilterError) -> ExactNumber {
    if let whole = Int64(word) { return .int(whole) }
    if let whole = UInt64(word) { return .uint(whole) }
    guard let double = Double(word), double.isFinite else {
      throw FilterError(position: position, message: "The number is beyond what a double holds.")
    }
    return .double(double)
  }

  private static func looksLikeTime(_ bytes: [UInt8]) -> Bool {
    bytes.count > 10 && bytes[..<4].allSatisfy(isDigit) && bytes[4] == UInt8(ascii: "-")
      && bytes[7] == UInt8(ascii: "-")
      && bytes[10] | 0x20 == UInt8(ascii: "t")
  }

  /// The length of the JSON number that the bytes begin with, leading zeros let through; 0 for none.
  private static func numberLength(_ bytes: [UInt8]) -> Int {
    var at = bytes.first == UInt8(ascii: "-") ? 1 : 0
    let digits = { (from: Int) in bytes[from...].prefix(while: isDigit).count }
    let whole = digits(at)
    if whole == 0 { return 0 }
    at += whole
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      let fraction = digits(at + 1)
      if fraction == 0 { return 0 }
      at += 1 + fraction
    }
    if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
      let sign =
        at + 1 < bytes.count && (bytes[at + 1] == UInt8(ascii: "-") || bytes[at + 1] == UInt8(ascii: "+")) ? 1 : 0
      let exponent = at + 1 + sign <= bytes.count ? digits(at + 1 + sign) : 0
      if exponent > 0 { at += 1 + sign + exponent }
    }
    return at
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
