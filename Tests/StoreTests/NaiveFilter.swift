import Conversations
import Filters
import JSON
import OTLP
import Telemetry

@testable import Store

/// A value as a filter sees it, read without any of the store's own shortcuts.
indirect enum NaiveValue {
  case absent
  case text(String)
  case number(Double, Int64?)
  case flag(Bool)
  case time(UnixNanoseconds)
  case list([NaiveValue])
  case map([(key: String, value: NaiveValue)])
  case other

  static func int(_ value: Int64?) -> NaiveValue { value.map { .number(Double($0), $0) } ?? .absent }
  static func double(_ value: Double?) -> NaiveValue { value.map { .number($0, nil) } ?? .absent }
  static func texts(_ texts: [String]) -> NaiveValue { .list(texts.map { .text($0) }) }
  static func optional(_ text: String?) -> NaiveValue { text.map { .text($0) } ?? .absent }

  init(_ value: AttributeValue) {
    switch value {
    case .none: self = .absent
    case .string(let text): self = .text(text)
    case .bool(let flag): self = .flag(flag)
    case .int(let value): self = .int(value)
    case .double(let value): self = .double(value)
    case .bytes: self = .other
    case .array(let elements): self = .list(elements.map { NaiveValue($0) })
    case .keyValueList(let entries): self = .map(entries.map { ($0.key, NaiveValue($0.value)) })
    }
  }

  init(_ value: JSONValue) {
    switch value {
    case .null: self = .absent
    case .string(let text): self = .text(text)
    case .bool(let flag): self = .flag(flag)
    case .int(let value): self = .int(value)
    case .uint(let value): self = .double(Double(value))
    case .double(let value): self = .double(value)
    case .array(let elements): self = .list(elements.map { NaiveValue($0) })
    case .object(let members): self = .map(members.map { ($0.key, NaiveValue($0.value)) })
    }
  }
}

/// What one row of a list is to a filter: its fields, and its spans whole.
struct NaiveRow {
  struct Span {
    var attributes: NaiveValue
    var resource: NaiveValue
    var metadata: NaiveValue
  }

  /// In the order of the list, as its ID's text.
  var id: String
  var fields: [String: NaiveValue]
  var spans: [Span]
}

/// docs/filter.md as plainly as it can be written: over the syntax, without types found before, plans or SQL.
enum NaiveFilter {
  static func holds(_ syntax: FilterSyntax, of row: NaiveRow) -> Bool {
    switch syntax {
    case .all(let parts): return parts.allSatisfy { holds($0, of: row) }
    case .any(let parts): return parts.contains { holds($0, of: row) }
    case .not(let part): return !holds(part, of: row)
    case .restriction(let restriction):
      let isNegated = restriction.comparator == .notEqual
      let isNull = restriction.argument.literal == .null
      return condition(restriction, isNull: isNull, of: row) != (isNegated != isNull)
    }
  }

  /// `=` for `!=`, and presence for null.
  private static func condition(_ restriction: FilterSyntax.Restriction, isNull: Bool, of row: NaiveRow) -> Bool {
    let path = restriction.path.segments.map(\.text.text)
    let holds = { (value: NaiveValue, isRow: Bool) in
      isNull ? isPresent(value) : compare(value, restriction.comparator, restriction.argument, isRow: isRow)
    }
    let rest = Array(path.dropFirst())
    switch path.first {
    case "attributes": return row.spans.contains { holds(value(rest, $0.attributes), false) }
    case "resource": return row.spans.contains { holds(value(rest, $0.resource), false) }
    case "metadata": return row.spans.contains { holds(value(rest, $0.metadata), false) }
    default:
      let name = path.joined(separator: ".")
      return holds(row.fields[name == "tokens" ? "tokens.total" : name] ?? .absent, true)
    }
  }

  private static func value(_ path: [String], _ value: NaiveValue) -> NaiveValue {
    if path.isEmpty { return value }
    guard case .map(let entries) = value else { return .absent }
    for count in stride(from: path.count, to: 0, by: -1) {
      let key = Array(path.prefix(count).joined(separator: ".").utf8)
      if let entry = entries.first(where: { Array($0.key.utf8) == key }) {
        return self.value(Array(path.dropFirst(count)), entry.value)
      }
    }
    return .absent
  }

  private static func isPresent(_ value: NaiveValue) -> Bool {
    switch value {
    case .absent: false
    case .list(let elements): !elements.isEmpty
    case .map(let entries): !entries.isEmpty
    case .text, .number, .flag, .time, .other: true
    }
  }

  private static func compare(
    _ value: NaiveValue, _ comparator: FilterSyntax.Comparator, _ argument: FilterSyntax.Argument, isRow: Bool
  ) -> Bool {
    if argument.literal == .anything { return isPresent(value) }
    switch value {
    case .absent, .other: return false
    case .text(let text):
      if let literal = self.text(argument, isRow: isRow) {
        if comparator == .has { return contains(Array(text.utf8), Array(literal.utf8)) }
        return ordered(Array(text.utf8), Array(literal.utf8), comparator) { $0.lexicographicallyPrecedes($1) }
      }
      if case .time(let time) = argument.literal, let own = UnixNanoseconds(rfc3339: text) {
        return ordered(own.value, time.value, comparator, <)
      }
      return false
    case .number(let double, let int):
      // Whole numbers as such: beyond 2^53 a double does not tell them apart.
      if let int = int ?? Int64(exactly: double), let wanted = whole(argument) {
        return ordered(int, wanted, comparator, <)
      }
      return number(argument).map { ordered(double, $0, comparator, <) } ?? false
    case .flag(let flag):
      if case .flag(let wanted) = argument.literal { return flag == wanted }
      return false
    case .time(let time):
      if case .time(let wanted) = argument.literal { return ordered(time.value, wanted.value, comparator, <) }
      if case .text(let text) = argument.literal, let wanted = UnixNanoseconds(nearestToRFC3339: text.text) {
        return ordered(time.value, wanted.value, comparator, <)
      }
      return false
    case .list(let elements):
      return comparator == .has
        && elements.contains { element in
          switch element {
          case .list, .map: false
          default: compare(element, .equal, argument, isRow: isRow)
          }
        }
    case .map(let entries):
      return comparator == .has && entries.contains { compare(.text($0.key), .equal, argument, isRow: isRow) }
    }
  }

  /// A row's texts are compared with what was written, an attribute's with texts alone.
  private static func text(_ argument: FilterSyntax.Argument, isRow: Bool) -> String? {
    if isRow, let word = argument.word { return word.text }
    if case .text(let text) = argument.literal { return text.text }
    return nil
  }

  private static func number(_ argument: FilterSyntax.Argument) -> Double? {
    switch argument.literal {
    case .number(.int(let value)): Double(value)
    case .number(.uint(let value)): Double(value)
    case .number(.double(let value)): value
    case .duration(let nanoseconds): Double(nanoseconds) / 1e6
    case .text, .flag, .null, .time, .anything: nil
    }
  }

  private static func whole(_ argument: FilterSyntax.Argument) -> Int64? {
    if case .number(.int(let value)) = argument.literal { return value }
    return number(argument).flatMap { Int64(exactly: $0) }
  }

  private static func ordered<Value: Equatable>(
    _ a: Value, _ b: Value, _ comparator: FilterSyntax.Comparator, _ precedes: (Value, Value) -> Bool
  ) -> Bool {
    switch comparator {
    case .equal, .notEqual, .has: a == b
    case .less: precedes(a, b)
    case .lessOrEqual: precedes(a, b) || a == b
    case .greater: precedes(b, a)
    case .greaterOrEqual: precedes(b, a) || a == b
    }
  }

  private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    part.count <= text.count && (0...text.count - part.count).contains { Array(text[$0..<$0 + part.count]) == part }
  }
}
