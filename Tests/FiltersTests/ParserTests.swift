import Telemetry
import Testing

@testable import Filters

@Suite struct ParserTests {
  private func parse(_ text: String) throws(FilterError) -> FilterSyntax {
    try FilterSyntax.parse(text, limits: Limits())
  }

  @Test(arguments: [
    ("a = 1", "a = 1"),
    ("a=1 b:x", "a = 1 AND b : x"),
    ("a = 1 AND b = 2 OR c = 3", "a = 1 AND (b = 2 OR c = 3)"),
    ("a = 1 OR b = 2 c = 3", "(a = 1 OR b = 2) AND c = 3"),
    ("NOT a = 1 AND -b = 2", "NOT a = 1 AND NOT b = 2"),
    ("(a = 1 AND b = 2) OR c = 3", "(a = 1 AND b = 2) OR c = 3"),
    ("NOT (a = 1 b = 2)", "NOT (a = 1 AND b = 2)"),
    ("((a = 1))", "a = 1"),
    ("a!=-5e3", "a != -5e3"),
    ("t >= 2026-11-22T13:20:00+01:00", "t >= 2026-11-22T13:20:00+01:00"),
    ("d<1.5s", "d < 1.5s"),
    ("a : *", "a : *"),
    ("attributes.\"gen_ai.x\".y = 'it''", "error"),
    ("attributes.\"gen_ai.x\".y = 'it\\'s \"so\"'", "attributes.\"gen_ai.x\".y = \"it's \\\"so\\\"\""),
    ("a = \"\\u0041\\ud83c\\udf31\\n\"", "a = \"A🌱\n\""),
    ("name = naïve-Größe/1", "name = naïve-Größe/1"),
  ])
  func readsAsWritten(text: String, meaning: String) {
    let read = try? parse(text).description
    #expect(read ?? "error" == meaning)
  }

  /// What is wrong, and the character where it begins.
  @Test(arguments: [
    ("", 1, "Expected a condition"), ("  ", 3, "Expected a condition"), ("hello", 1, "`q`"), ("a = 1 hello", 7, "`q`"),
    ("\"hello world\"", 1, "`q`"), ("a = ", 5, "a value behind `=`"), ("a = 1 AND", 10, "Expected a condition"),
    ("a = 1 OR OR", 10, "Expected a condition"), ("(a = 1", 1, "not closed"), ("a = 1)", 6, "no bracket is open"),
    ("a = \"x", 5, "no end"), ("a = \"\\q\"", 6, "no escape"), ("a == 1", 4, "a value behind"),
    ("a = 1 and b = 2", 7, "capitals"), ("a = (1 OR 2)", 5, "one value"), ("a. = 1", 3, "behind the dot"),
    ("a = *", 5, "stands behind `:`"), ("🌱 = 1 AND b ~ 2", 11, "`q`"), ("a = 2026-13-01T00:00:00Z", 5, "RFC 3339"),
    ("a = 1e999", 5, "double"), ("a < 99999999999h", 5, "292 years"), ("a = \"\\ud800\"", 6, "no escape"),
    (", = 1", 1, "Expected a condition"),
  ])
  func pointsAtTheTrouble(text: String, position: Int, words: String) {
    #expect {
      try parse(text)
    } throws: { error in
      guard let error = error as? FilterError else { return false }
      if error.position != position || !error.message.contains(words) { print(text, error) }
      return error.position == position && error.message.contains(words)
    }
  }

  @Test func boundsHold() {
    var limits = Limits()
    limits.filterBytesMax = 100
    limits.filterDepthMax = 3
    limits.filterConditionsMax = 4
    #expect(throws: FilterError.self) {
      try FilterSyntax.parse("a = " + String(repeating: "1", count: 97), limits: limits)
    }
    #expect(throws: Never.self) { try FilterSyntax.parse("(((a = 1)))", limits: limits) }
    #expect(throws: FilterError.self) { try FilterSyntax.parse("((((a = 1))))", limits: limits) }
    #expect(throws: FilterError.self) { try FilterSyntax.parse("NOT NOT NOT NOT a = 1", limits: limits) }
    #expect(throws: Never.self) { try FilterSyntax.parse("a=1 a=1 a=1 a=1", limits: limits) }
    #expect(throws: FilterError.self) { try FilterSyntax.parse("a=1 a=1 a=1 a=1 a=1", limits: limits) }
    #expect(throws: FilterError.self) {
      try FilterSyntax.parse(String(repeating: "(", count: 8_000), limits: Limits())
    }
  }

  @Test(arguments: 0..<4) func printedIsReadBackTheSame(part: UInt64) throws {
    for seed in stride(from: part, to: 2_000, by: 4) {
      var random = SeededGenerator(seed: seed)
      let syntax = RandomSyntax.expression(&random, depth: 4)
      let text = syntax.description
      #expect(try parse(text) == syntax, "seed \(seed): \(text)")
    }
  }

  @Test(arguments: 0..<4) func noTextTraps(part: UInt64) {
    let pieces = [
      "(", ")", "\"", "'", "\\", "u", "d83c", ".", ":", "=", "<", ">", "!", "*", "-", "+", "AND", "OR", "NOT", " ",
      "\n",
      "a", "attributes", "metadata", "start_time", "2026-11-22T", "0", "9e", "1.5", "s", "null", "true", "🌱", "\u{0}",
      "\u{301}", "99999999999999999999",
    ]
    for seed in stride(from: part, to: 20_000, by: 4) {
      var random = SeededGenerator(seed: seed)
      let count = Int.random(in: 0...24, using: &random)
      let text = (0..<count).map { _ in
        Int.random(in: 0..<4, using: &random) == 0
          ? String(decoding: [UInt8.random(in: 0...255, using: &random)], as: UTF8.self)
          : pieces.randomElement(using: &random) ?? ""
      }.joined()
      for list in FilteredList.allCases {
        do throws(FilterError) {
          _ = try Filter(text, for: list, limits: Limits())
        } catch {
          #expect((1...text.unicodeScalars.count + 1).contains(error.position), "seed \(seed): \(error)")
        }
      }
    }
  }
}

/// Makes filters whose printed form is the one that the parser remembers.
private enum RandomSyntax {
  static func expression(_ random: inout SeededGenerator, depth: Int) -> FilterSyntax {
    let kind = depth == 0 ? 3 : Int.random(in: 0...4, using: &random)
    let parts = { (random: inout SeededGenerator) in
      (0..<Int.random(in: 2...3, using: &random)).map { _ in expression(&random, depth: depth - 1) }
    }
    switch kind {
    case 0: return .all(parts(&random))
    case 1: return .any(parts(&random))
    case 2: return .not(expression(&random, depth: depth - 1))
    default: return .restriction(restriction(&random))
    }
  }

  private static func restriction(_ random: inout SeededGenerator) -> FilterSyntax.Restriction {
    let segments = (0..<Int.random(in: 1...3, using: &random)).map { _ in
      let isQuoted = Bool.random(using: &random)
      let name = ["a", "gen_ai", "x-y", "Größe"].randomElement(using: &random) ?? "a"
      return FilterSyntax.FieldPath.Segment(
        text: ExactText(isQuoted ? name + "\"\\ .(\n" : name), isQuoted: isQuoted)
    }
    let comparator = FilterSyntax.Comparator.allCases.randomElement(using: &random) ?? .equal
    return FilterSyntax.Restriction(
      path: FilterSyntax.FieldPath(segments: segments, position: 1), comparator: comparator, argument: argument(&random)
    )
  }

  private static func argument(_ random: inout SeededGenerator) -> FilterSyntax.Argument {
    let words = [
      "1", "-0.5", "1e300", "9007199254740993", "18446744073709551615", "true", "false", "null", "1.5s", "250ms",
      "2026-11-22T13:20:00.5Z", "word", "2026-11-22", "d3e74025-574b-56ab", "1st", "AND",
    ]
    guard let word = words.randomElement(using: &random), Bool.random(using: &random),
      let literal = try? LiteralReading.read(word, position: 1)
    else {
      let text = ["", "it's \"so\"", "back\\slash", "*", "🌱\u{0}\n"].randomElement(using: &random) ?? ""
      return FilterSyntax.Argument(literal: .text(ExactText(text)), word: nil, position: 1)
    }
    return FilterSyntax.Argument(literal: literal, word: ExactText(word), position: 1)
  }
}
