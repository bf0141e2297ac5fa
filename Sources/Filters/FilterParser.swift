package import Telemetry

extension FilterSyntax {
  /// Reads a filter. Source of the grammar: AIP-160, https://google.aip.dev/160, of which docs/filter.md names the part.
  package static func parse(_ text: String, limits: Limits) throws(FilterError) -> FilterSyntax {
    guard text.utf8.count <= limits.filterBytesMax else {
      throw FilterError(position: 1, message: "A filter may have \(limits.filterBytesMax) bytes; this one has more.")
    }
    var parser = FilterParser(text, limits)
    return try parser.whole()
  }
}

/// Recursive descent, as deep as `Limits.filterDepthMax` lets brackets and NOT go.
private struct FilterParser {
  private var scanner: FilterScanner
  private let limits: Limits
  private var conditions = 0

  init(_ text: String, _ limits: Limits) {
    scanner = FilterScanner(text)
    self.limits = limits
  }

  mutating func whole() throws(FilterError) -> FilterSyntax {
    let syntax = try expression(depth: 0)
    guard scanner.isAtEnd else { throw expected("the end of the filter, since no bracket is open") }
    return syntax
  }

  /// Factors side by side, with or without AND between them: all of them.
  private mutating func expression(depth: Int) throws(FilterError) -> FilterSyntax {
    var parts = [try factor(depth: depth)]
    while true {
      scanner.skipSpace()
      if scanner.isAtEnd || scanner.next == ")" { break }
      _ = scanner.takeKeyword("AND")
      parts.append(try factor(depth: depth))
    }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  /// Terms with OR between them, which binds closer than AND.
  private mutating func factor(depth: Int) throws(FilterError) -> FilterSyntax {
    var parts = [try term(depth: depth)]
    scanner.skipSpace()
    while scanner.takeKeyword("OR") {
      parts.append(try term(depth: depth))
      scanner.skipSpace()
    }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func term(depth: Int) throws(FilterError) -> FilterSyntax {
    scanner.skipSpace()
    guard depth <= limits.filterDepthMax else {
      throw FilterError(
        position: scanner.position,
        message: "Brackets and NOT may lie \(limits.filterDepthMax) deep; here they lie deeper.")
    }
    if scanner.take("-") || scanner.takeKeyword("NOT") { return .not(try term(depth: depth + 1)) }
    guard scanner.take("(") else { return .restriction(try restriction()) }
    let open = scanner.position - 1
    let inner = try expression(depth: depth + 1)
    guard scanner.take(")") else {
      throw FilterError(position: open, message: "The bracket that opens here is not closed: `)` is missing.")
    }
    return inner
  }

  private mutating func restriction() throws(FilterError) -> FilterSyntax.Restriction {
    let path = try path()
    conditions += 1
    guard conditions <= limits.filterConditionsMax else {
      throw FilterError(
        position: path.position,
        message: "A filter may have \(limits.filterConditionsMax) conditions; this is one more.")
    }
    scanner.skipSpace()
    guard let comparator = scanner.comparator() else { throw bare(path) }
    scanner.skipSpace()
    return FilterSyntax.Restriction(path: path, comparator: comparator, argument: try argument(comparator))
  }

  private mutating func path() throws(FilterError) -> FilterSyntax.FieldPath {
    let start = scanner.position
    var segments: [FilterSyntax.FieldPath.Segment] = []
    repeat {
      if scanner.next == "\"" || scanner.next == "'" {
        segments.append(.init(text: ExactText(try scanner.string()), isQuoted: true))
      } else {
        let word = scanner.word(stopsAtDot: true)
        if word.isEmpty { throw expected(segments.isEmpty ? "a condition: field = value" : "a name behind the dot") }
        segments.append(.init(text: ExactText(word), isQuoted: false))
      }
    } while scanner.take(".")
    return FilterSyntax.FieldPath(segments: segments, position: start)
  }

  private mutating func argument(_ comparator: FilterSyntax.Comparator) throws(FilterError) -> FilterSyntax.Argument {
    let start = scanner.position
    if scanner.next == "\"" || scanner.next == "'" {
      return .init(literal: .text(ExactText(try scanner.string())), word: nil, position: start)
    }
    let word = scanner.value()
    if word.isEmpty {
      if scanner.next == "(" {
        throw expected("one value; several are written (field = 1 OR field = 2)")
      }
      throw expected("a value behind `\(comparator.rawValue)`")
    }
    let literal = try LiteralReading.read(word, position: start)
    if literal == .anything && comparator != .has {
      throw FilterError(position: start, message: "`*` stands behind `:` only; as a text it is written \"*\".")
    }
    return .init(literal: literal, word: ExactText(word), position: start)
  }

  /// A field or a word without a comparison.
  private func bare(_ path: FilterSyntax.FieldPath) -> FilterError {
    let words = path.segments.map(\.text.text)
    if words.count == 1, !path.segments[0].isQuoted, ["AND", "OR"].contains(words[0]) {
      return FilterError(position: path.position, message: "Expected a condition here: field = value.")
    }
    if words.count == 1, !path.segments[0].isQuoted, ["and", "or", "not"].contains(words[0]) {
      return FilterError(position: path.position, message: "AND, OR and NOT are written in capitals.")
    }
    return FilterError(
      position: path.position,
      message: "Expected a condition, field = value, and found a word alone. Words in messages are looked for with the "
        + "parameter `q`.")
  }

  private func expected(_ what: String) -> FilterError {
    let found = scanner.isAtEnd ? "at the end" : "here"
    return FilterError(position: scanner.position, message: "Expected \(what) \(found).")
  }
}
