import Filters
import JSON
import Telemetry

@testable import Store

/// Traffic with attributes of every type, and filters that ask for what is in it.
enum FilterTraffic {
  static func sent(seed: UInt64, sessions: Int = 4) -> [Sent] {
    var random = SeededGenerator(seed: seed &* 31 &+ 7)
    var sent = Traffic(seed: seed, sessions: sessions).sent.map { decorated($0, &random) }
    // A span that only announces another, which came or did not come.
    for original in sent where !original.isLog && random.chance(8) {
      guard case .object(var members) = original.item, let id = original.item["spanId"]?.string else { continue }
      members.removeAll { ["spanId", "parentSpanId"].contains($0.key) }
      members.append(("spanId", .string(String(id.reversed()))))
      members.append(("parentSpanId", .string(random.chance(70) ? id : "00000000000000aa")))
      var announcing = Sent(resource: original.resource, item: .object(members))
      announcing.requestProject = original.requestProject
      sent.append(
        add([("logfire.span_type", text("pending_span")), ("env", text("announced"))], to: announcing, first: true))
    }
    return sent
  }

  private static func decorated(_ sent: Sent, _ random: inout SeededGenerator) -> Sent {
    if sent.isLog { return sent }
    var attributes: [(String, JSONValue)] = []
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      if let attribute = attributes_.randomElement(using: &random) { attributes.append(attribute) }
    }
    if random.chance(40), let metadata = metadata_.randomElement(using: &random) {
      attributes.append(("metadata", text(metadata)))
    }
    if random.chance(20) { attributes.append(("langsmith.metadata.stage", text("late"))) }
    return add(attributes, to: sent, first: false)
  }

  private static func add(_ added: [(String, JSONValue)], to sent: Sent, first: Bool) -> Sent {
    guard case .object(var members) = sent.item, let index = members.firstIndex(where: { $0.key == "attributes" }),
      case .array(let own) = members[index].value
    else { return sent }
    let new = added.map { JSONValue.object([("key", .string($0.0)), ("value", $0.1)]) }
    members[index].value = .array(first ? new + own : own + new)
    var changed = sent
    changed.item = .object(members)
    return changed
  }

  private static func text(_ text: String) -> JSONValue { .object([("stringValue", .string(text))]) }
  private static func int(_ value: String) -> JSONValue { .object([("intValue", .string(value))]) }
  private static func double(_ value: Double) -> JSONValue { .object([("doubleValue", .double(value))]) }
  private static func flag(_ value: Bool) -> JSONValue { .object([("boolValue", .bool(value))]) }
  private static func map(_ entries: [(String, JSONValue)]) -> JSONValue {
    let values = entries.map { JSONValue.object([("key", .string($0.0)), ("value", $0.1)]) }
    return .object([("kvlistValue", .object([("values", .array(values))]))])
  }
  private static func list(_ values: [JSONValue]) -> JSONValue {
    .object([("arrayValue", .object([("values", .array(values))]))])
  }

  private static let attributes_: [(String, JSONValue)] = [
    ("env", text("prod")), ("env", text("staging")), ("env", text("pro\u{301}d")), ("env", text("")),
    ("gen_ai.request.temperature", double(0.5)), ("gen_ai.request.temperature", double(1)),
    ("gen_ai.request.temperature", int("1")), ("n", int("9007199254740993")), ("n", double(9_007_199_254_740_992)),
    ("n", text("5")), ("n", int("-5")), ("n", double(.infinity)), ("flag", flag(true)), ("flag", flag(false)),
    ("when", text("2026-11-22T13:20:00Z")), ("when", text("2026-11-22T15:20:00.5+02:00")), ("when", text("never")),
    ("list", list([text("a"), int("2"), list([text("deep")])])), ("list", list([])), ("map", map([])),
    ("map", map([("a", map([("b", int("1"))])), ("a.b", text("flat"))])), ("map.a", text("own")), ("none", .object([])),
    ("raw", .object([("bytesValue", .string("AAEC"))])), ("nul", text("a\u{0}b")), ("env", text("production")),
    ("env", text("say \"hi\"\\ caf\u{e9}")), ("long", text(long + "needle")), ("long", text("needle")),
    ("list", list([text(long), text("needle")])),
    ("map", map([("a", map([("b", text(long))])), ("c", text("needle"))])),
    (
      "metadata",
      map([("stage", text("late")), ("ratio", double(.nan)), ("raw", .object([("bytesValue", .string("eHl6"))]))])
    ),
  ]

  /// Longer than what outlines hold of a value.
  private static let long = String(repeating: "long ", count: 40)

  private static let metadata_ = [
    #"{"conversation_stage": "closing", "turn_number": 3}"#, #"{"conversation_stage": "opening", "turn_number": 1}"#,
    #"{"conversation_stage": "closing", "nested": {"deep": {"x": [1, "two", null]}}, "nested.deep": {"y": 1}}"#,
    #"{"turn_number": 3.0, "big": 18446744073709551615, "none": null}"#, #"{"st\u0061ge": "escaped", "q\"uote": 1}"#,
    #"{"stage": true}"#, #"{"stage": "x", "stage": "y"}"#, "{broken", "[]", #"{"empty": "", "list": []}"#,
    #"{"quoted": "say \"hi\" caf\u00e9", "path": "a\/b", "stage": "closing-late"}"#,
    #"{"quoted": "l\u0061te", "n": "5"}"#,
    #"{"tenant": "acme\u002d05", "conversation_stage": "wide open"}"#, #"{"tenant": "acme-05"}"#,
    #"{"tenant": "acme-0"}"#,
    #"{"pad": ""# + String(repeating: "pad ", count: 1_100) + #"", "stage": "inside"}"#,
  ]

  // MARK: Filters

  private static let paths = [
    "attributes.env", "attributes.\"gen_ai.request.temperature\"", "attributes.gen_ai.request.temperature",
    "attributes.n",
    "attributes.flag", "attributes.when", "attributes.list", "attributes.map", "attributes.map.a", "attributes.map.a.b",
    "attributes.map.a.b.c", "attributes.none", "attributes.raw", "attributes.nul", "attributes.\"llm.model_name\"",
    "attributes.missing", "resource.\"service.name\"", "resource.project_name", "metadata.conversation_stage",
    "metadata.turn_number", "metadata.nested", "metadata.nested.deep", "metadata.nested.deep.x",
    "metadata.nested.deep.y",
    "metadata.big", "metadata.none", "metadata.stage", "metadata.\"q\\\"uote\"", "metadata.empty", "metadata.list",
    "metadata.turn", "attributes.long", "attributes.map.c", "metadata.quoted", "metadata.path", "metadata.n",
    "metadata.ratio", "metadata.raw", "metadata.pad", "metadata.tenant",
  ]

  private static let arguments = [
    "\"prod\"", "staging", "\"\"", "\"pro\"", "0.5", "1", "1.0", "9007199254740993", "9007199254740992", "-5", "5",
    "\"5\"",
    "true", "false", "2026-11-22T13:20:00Z", "2026-11-22T13:20:00.5Z", "\"a\"", "2", "\"deep\"", "\"b\"", "\"flat\"",
    "\"closing\"", "\"o\"", "3", "18446744073709551615", "1e19", "\"two\"", "\"escaped\"", "\"x\"", "\"late\"",
    "chatbot",
    "\"gpt-4o-mini\"", "\"a\\u0000b\"", "null", "\"announced\"", "\"shop\"", "11",
    "\"needle\"", "\"closing-late\"", "\"say \\\"hi\\\"\"", "\"café\"", "\"a/b\"", "\"inside\"", "\"NaN\"", "\"Na\"",
    "\"xyz\"", "\"pad\"", "\"production\"", "\"acme-05\"", "\"e-0\"", "\"wide open\"", "\"-Inf\"",
  ]

  /// A filter of the list that is well typed, of values that occur and some that don't.
  static func filter(of list: FilteredList, _ rows: [NaiveRow], _ random: inout SeededGenerator, depth: Int = 2)
    -> String
  {
    switch depth == 0 ? 9 : Int.random(in: 0...9, using: &random) {
    case 0, 1:
      return (0..<Int.random(in: 2...3, using: &random)).map { _ in
        "(\(filter(of: list, rows, &random, depth: depth - 1)))"
      }.joined(separator: random.chance(50) ? " AND " : " ")
    case 2, 3:
      return (0..<Int.random(in: 2...3, using: &random)).map { _ in
        "(\(filter(of: list, rows, &random, depth: depth - 1)))"
      }.joined(separator: " OR ")
    case 4: return "NOT (\(filter(of: list, rows, &random, depth: depth - 1)))"
    default: return random.chance(50) ? spanCondition(&random) : rowCondition(of: list, rows, &random)
    }
  }

  private static func spanCondition(_ random: inout SeededGenerator) -> String {
    let path = paths.randomElement(using: &random) ?? ""
    if random.chance(15) { return "\(path):*" }
    let argument = arguments.randomElement(using: &random) ?? ""
    var comparators = ["=", "=", "!=", ":"]
    if !["true", "false", "null"].contains(argument) { comparators += ["<", "<=", ">", ">="] }
    if argument == "null" { comparators.removeAll { $0 == ":" } }
    return "\(path) \(comparators.randomElement(using: &random) ?? "=") \(argument)"
  }

  private static func rowCondition(
    of list: FilteredList, _ rows: [NaiveRow], _ random: inout SeededGenerator
  ) -> String {
    let field = list.fields.randomElement(using: &random) ?? .project
    if random.chance(8) { return "\(field.rawValue):*" }
    if random.chance(8) { return "\(field.rawValue) \(random.chance(50) ? "=" : "!=") null" }
    let value = rows.randomElement(using: &random)?.fields[field.rawValue] ?? .absent
    let ordered = ["=", "!=", "<", "<=", ">", ">=", ":"].randomElement(using: &random) ?? "="
    let unordered = ["=", "!=", ":"].randomElement(using: &random) ?? "="
    switch field.type {
    case .text: return "\(field.rawValue) \(ordered) \(quoted(text(value, &random)))"
    case .uuid: return "\(field.rawValue) \(unordered) \(value.text ?? "d3e74025-574b-56ab-afe8-9b19f360373a")"
    case .hexadecimal: return "\(field.rawValue) \(unordered) \"\(value.text ?? "00000000000000aa")\""
    case .number: return "\(field.rawValue) \(ordered) \(number(value, &random))"
    case .milliseconds:
      let literal = random.chance(30) ? "9ms" : random.chance(20) ? "0.01s" : number(value, &random)
      return "\(field.rawValue) \(ordered) \(literal)"
    case .time:
      guard case .time(let time) = value else { return "project:*" }
      return "\(field.rawValue) \(ordered) \(random.chance(50) ? time.rfc3339 : "\"\(time.rfc3339)\"")"
    case .flag: return "\(field.rawValue) \(unordered) \(random.chance(50))"
    case .choice(let words), .choices(let words):
      let isList = field.type == .choices(words)
      return "\(field.rawValue) \(isList ? ":" : unordered) \(words.randomElement(using: &random) ?? "")"
    case .texts:
      guard case .list(let elements) = value, let element = elements.randomElement(using: &random)?.text else {
        return "\(field.rawValue):\"nobody\""
      }
      return "\(field.rawValue):\(quoted(element))"
    }
  }

  private static func text(_ value: NaiveValue, _ random: inout SeededGenerator) -> String {
    let text = value.text ?? ["", "shop", "Question 0"].randomElement(using: &random) ?? ""
    if random.chance(60) { return text }
    return String(text.dropFirst(Int.random(in: 0...3, using: &random)).prefix(Int.random(in: 0...6, using: &random)))
  }

  private static func number(_ value: NaiveValue, _ random: inout SeededGenerator) -> String {
    guard case .number(let double, let int) = value else { return "\(Int.random(in: -1...20, using: &random))" }
    if random.chance(60) { return int.map { "\($0)" } ?? "\(double)" }
    return "\(double + ([-1, -0.5, 0.5, 1].randomElement(using: &random) ?? 0))"
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
    return "\"\(escaped)\""
  }
}

extension NaiveValue {
  fileprivate var text: String? {
    if case .text(let text) = self { text } else { nil }
  }
}
