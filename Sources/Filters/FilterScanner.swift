import Telemetry

/// Reads the words, strings and signs of a filter, one after another. Positions count Unicode scalars from 1.
struct FilterScanner {
  private let scalars: [Unicode.Scalar]
  private var at = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  var position: Int { at + 1 }
  var isAtEnd: Bool { at >= scalars.count }
  var next: Unicode.Scalar? { isAtEnd ? nil : scalars[at] }

  mutating func skipSpace() {
    while let next, Self.isSpace(next) { at += 1 }
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    at += 1
    return true
  }

  /// Whether the word that stands here is `keyword`, which is passed over then.
  mutating func takeKeyword(_ keyword: String) -> Bool {
    let before = at
    if word(stopsAtDot: false) == keyword { return true }
    at = before
    return false
  }

  /// The characters up to white space, a bracket, a quotation mark or a sign of comparison; empty where none stands.
  mutating func word(stopsAtDot: Bool) -> String {
    var text = String.UnicodeScalarView()
    while let next, !Self.endsWord(next), !(stopsAtDot && next == ".") {
      text.append(next)
      at += 1
    }
    return String(text)
  }

  /// A word that stands for a value: a time of day has colons in it.
  mutating func value() -> String {
    let isTime = startsLikeTime
    var text = String.UnicodeScalarView()
    while let next, !Self.endsWord(next) || (isTime && next == ":") {
      text.append(next)
      at += 1
    }
    return String(text)
  }

  mutating func comparator() -> FilterSyntax.Comparator? {
    guard let first = next else { return nil }
    let pair = at + 1 < scalars.count && scalars[at + 1] == "="
    let text = String(Character(first)) + (pair && "!<>".unicodeScalars.contains(first) ? "=" : "")
    guard let comparator = FilterSyntax.Comparator(rawValue: text) else { return nil }
    at += text.unicodeScalars.count
    return comparator
  }

  /// A string in double or single quotation marks, which stands here.
  /// Escapes: `\\` with the same mark, the other one, `\\`, n, r, t, or u and four hexadecimal digits.
  mutating func string() throws(FilterError) -> String {
    let start = position
    guard let mark = next else { return "" }
    at += 1
    var text = String.UnicodeScalarView()
    while let scalar = next {
      at += 1
      if scalar == mark { return String(text) }
      text.append(scalar == "\\" ? try escaped() : scalar)
    }
    throw FilterError(position: start, message: "The string that begins here has no end: `\(mark)` is missing.")
  }

  private mutating func escaped() throws(FilterError) -> Unicode.Scalar {
    let start = at
    guard let scalar = next else {
      throw FilterError(position: start, message: "The string ends in an escape without its character.")
    }
    at += 1
    switch scalar {
    case "\"", "'", "\\", "/": return scalar
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      guard let high = hexadecimal() else { break }
      if let scalar = Unicode.Scalar(high) { return scalar }
      // Two halves of a character beyond the basic plane, as JSON writes it.
      guard (0xD800..<0xDC00).contains(high), take("\\"), take("u"), let low = hexadecimal(),
        (0xDC00..<0xE000).contains(low),
        let joined = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
      else { break }
      return joined
    default: break
    }
    throw FilterError(
      position: start,
      message: #"This is no escape; there are \" \' \\ \/ \n \r \t and \u with four hexadecimal digits."#)
  }

  private mutating func hexadecimal() -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let scalar = next, let digit = Character(scalar).hexDigitValue, scalar.isASCII else { return nil }
      value = value << 4 | UInt32(digit)
      at += 1
    }
    return value
  }

  /// Four digits, a hyphen, … a `T`.
  private var startsLikeTime: Bool {
    guard at + 10 < scalars.count, scalars[at + 4] == "-", scalars[at + 7] == "-" else { return false }
    let mark = scalars[at + 10]
    return (mark == "T" || mark == "t") && scalars[at..<at + 4].allSatisfy { ("0"..."9").contains($0) }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

  private static func endsWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "(", ")", "\"", "'", "=", "<", ">", "!", ":", ",": true
    default: scalar.value < 0x20 || scalar.value == 0x7F || isSpace(scalar)
    }
  }

  /// A text as a string of the grammar.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
