import Foundation
import JSON
import Testing

/// Ours against a second parser, Foundation's. DIFFERENTIAL_ROUNDS sets how many texts, beside those of every run.
struct DifferentialTests {
  private static let rounds =
    ProcessInfo.processInfo.environment["DIFFERENTIAL_ROUNDS"].flatMap { UInt64($0) } ?? 100

  /// Texts near JSON. Both read the same value or both refuse; where they may differ is said in `mayDiffer`.
  @Test(arguments: 0..<rounds) func bothReadTheSame(seed: UInt64) {
    var random = SplitMix(state: seed)
    for _ in 0..<50 {
      let text = Self.text(&random)
      let bytes = Array(text.utf8)
      let ours = bytes.withUnsafeBytes { try? JSONValue.parse($0, depthMax: 100) }
      let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
      if Self.mayDiffer(text) { continue }
      #expect((ours == nil) == (theirs == nil), "seed \(seed): \(text.debugDescription)")
      if let ours, let theirs { #expect(Self.same(ours, theirs), "seed \(seed): \(text.debugDescription)") }
    }
  }

  /// Foundation refuses lone surrogates, which ours reads as U+FFFD, and numbers beyond a double's range, and takes
  /// control characters inside texts and a comma behind the last element.
  private static func mayDiffer(_ text: String) -> Bool {
    let dense = text.filter { $0 != " " }
    return dense.contains(",]") || dense.contains(",}") || text.contains("\\u")
      || text.unicodeScalars.contains { $0.value < 0x20 && !"\t\n\r ".unicodeScalars.contains($0) }
      || text.contains { $0.isNewline || $0 == "\t" }
  }

  private static func same(_ ours: JSONValue, _ theirs: Any) -> Bool {
    switch ours {
    case .null: return theirs is NSNull
    case .bool(let value): return theirs as? Bool == value
    case .int, .uint, .double:
      guard let theirs = (theirs as? NSNumber)?.doubleValue, let ours = ours.double else { return false }
      // Foundation rounds some long fractions to a neighbour.
      return abs(theirs - ours) <= ours.ulp
    case .string(let value): return (theirs as? String)?.utf8.elementsEqual(value.utf8) == true
    case .array(let values):
      guard let array = theirs as? [Any], array.count == values.count else { return false }
      return zip(values, array).allSatisfy { same($0, $1) }
    case .object(let members):
      guard let object = theirs as? [String: Any] else { return false }
      let keys = Set(members.map(\.key))
      // Of a key that comes twice either value is right.
      guard keys.count == members.count else { return true }
      return object.count == keys.count && members.allSatisfy { same($0.value, object[$0.key] ?? NSNull()) }
    }
  }

  private static func text(_ random: inout SplitMix) -> String {
    let pieces = [
      "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\\n\"", "\"é日🌱\"", "null", "true", "false", "0", "-1", "12.5", "-0",
      "01", "1.", ".5", "\"", "\\", " ", "nul", "\"\\q\"", "\"\\/\"", "9007199254740993", "/", "'a'", "NaN",
    ]
    // Mostly well-formed: a random value, then sometimes a piece put in or taken out.
    var parts = value(&random, depth: 3)
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      let at = Int.random(in: 0...parts.count, using: &random)
      if Bool.random(using: &random), at < parts.count {
        parts.remove(at: at)
      } else {
        parts.insert(pieces[Int.random(in: 0..<pieces.count, using: &random)], at: at)
      }
    }
    return parts.joined()
  }

  private static func value(_ random: inout SplitMix, depth: Int) -> [String] {
    let leaves = ["null", "true", "false", "0", "-12", "3.25", "\"\"", "\"a b\"", "\"日本\\\"\"", "18446744073709551615"]
    switch Int.random(in: 0..<(depth > 0 ? 4 : 2), using: &random) {
    case 0, 1: return [leaves[Int.random(in: 0..<leaves.count, using: &random)]]
    case 2:
      let elements = (0..<Int.random(in: 0...3, using: &random)).map { _ in value(&random, depth: depth - 1) }
      return ["["] + elements.joined(separator: [","]) + ["]"]
    default:
      let members = (0..<Int.random(in: 0...3, using: &random)).map { index in
        ["\"k\(index)\"", ":"] + value(&random, depth: depth - 1)
      }
      return ["{"] + members.joined(separator: [","]) + ["}"]
    }
  }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
