import JSON

/// Generates traces as nobody means to send them: every span speaks its own convention, starts tie, ends come before
/// starts, parents are missing, late, the span itself or its child; sessions and users disagree; spans announce others;
/// log records and events say what attributes say, too. Meant for the law: what is shown need not make sense, but it
/// must not depend on how it arrived.
struct MixedTraffic {
  private var random: SeededGenerator
  private(set) var sent: [Sent] = []

  private static let start: UInt64 = 1_795_000_000_000_000_000
  private static let texts = [
    "Why?", "How?", "Because.", "Again?", "Kind answer 🌱", "42", "{\"a\": 1}", " Why? ", "", "null",
  ]
  private static let sessions = ["s-1", "s-2", " s-1 ", "\"s-2\"", "7", "", "[Scrubbed due to x]"]

  init(seed: UInt64, traces: Int = 5) {
    random = SeededGenerator(seed: seed)
    for number in 0..<traces { addTrace(number) }
    for original in sent where random.chance(20) { addVersion(of: original) }
  }

  private mutating func addTrace(_ number: Int) {
    let trace = String(repeating: "0", count: 31) + String(number + 1)
    let count = Int.random(in: 1...7, using: &random)
    let ids = (1...count).map { String(repeating: "0", count: 14) + (random.chance(50) ? "a" : "b") + String($0) }
    for id in ids {
      let parents = ids + ["00000000000000ff"]
      let parent = random.chance(35) ? nil : parents.randomElement(using: &random)
      add(span(trace, id, parent))
      if random.chance(25) { addLogs(trace, id) }
      if random.chance(15) { addPending(trace, id) }
    }
    // A log record whose span never comes.
    if random.chance(20) { addLogs(trace, "00000000000000fe") }
  }

  private mutating func span(_ trace: String, _ id: String, _ parent: String?) -> JSONValue {
    let start = Self.start + UInt64.random(in: 0...4, using: &random) * 1_000_000_000
    let end = random.chance(10) ? start - 500 : start + UInt64.random(in: 0...3, using: &random) * 700_000_000
    var members: [(key: String, value: JSONValue)] = [
      ("traceId", .string(trace)), ("spanId", .string(id)), ("name", .string("span \(random.next() % 3)")),
      ("startTimeUnixNano", .string(String(start))), ("endTimeUnixNano", .string(String(end))),
      ("attributes", .array(attributes())), ("status", .object([("code", .int(random.chance(15) ? 2 : 1))])),
    ]
    if let parent { members.append(("parentSpanId", .string(parent))) }
    if random.chance(15) { members.append(("flags", .int(0x300))) }
    if random.chance(10) { members.append(("droppedAttributesCount", .int(3))) }
    if random.chance(20) { members.append(("events", .array([event("gen_ai.user.message"), event("gen_ai.choice")]))) }
    return .object(members)
  }

  private mutating func event(_ name: String) -> JSONValue {
    .object([
      ("name", .string(name)), ("timeUnixNano", .string(String(Self.start))),
      ("attributes", .array([attribute("content", pick(Self.texts)), attribute("message", pick(Self.texts))])),
    ])
  }

  // MARK: Attributes

  private mutating func attributes() -> [JSONValue] {
    var all: [JSONValue] = []
    all += kinds()
    if random.chance(45) { all += identity() }
    if random.chance(60) { all += messages() }
    if random.chance(50) { all += usage() }
    if random.chance(25) { all += labels() }
    if random.chance(30) { all.append(attribute("gen_ai.response.id", "resp-\(random.next() % 4)")) }
    return all.shuffled(using: &random)
  }

  private mutating func kinds() -> [JSONValue] {
    let keys = [
      "gen_ai.span.kind", "openinference.span.kind", "gen_ai.operation.name", "traceloop.span.kind", "mlflow.spanType",
    ]
    let words = ["LLM", "chat", "AGENT", "CHAIN", "TOOL", "EMBEDDING", "RETRIEVER", "workflow", "nonsense"]
    return [attribute(pick(keys), random.chance(60) ? pick(["LLM", "chat"]) : pick(words))]
  }

  private mutating func identity() -> [JSONValue] {
    let keys = [
      "session.id", "langfuse.session.id", "traceloop.association.properties.session_id", "gen_ai.conversation.id",
      "thread_id", "mlflow.trace.session", "session_id",
    ]
    var found = [attribute(pick(keys), pick(Self.sessions))]
    if random.chance(30) {
      found.append(attribute(pick(["gen_ai.conversation.id", "sessionId"]), pick(Self.sessions)))
    }
    if random.chance(50) {
      found.append(attribute(pick(["user.id", "enduser.id", "user_id"]), pick(["u-1", "u-2", "7"])))
    }
    if random.chance(20) { found.append(attribute("langsmith.trace.session_name", pick(["red", "blue"]))) }
    return found
  }

  private mutating func messages() -> [JSONValue] {
    let history = (0..<Int.random(in: 1...4, using: &random)).map { index in
      (role: index % 2 == 0 ? "user" : pick(["assistant", "tool", "user"]), text: pick(Self.texts))
    }
    let json = JSONValue.array(
      history.map { .object([("role", .string($0.role)), ("content", .string($0.text))]) })
    let answer = JSONValue.array([.object([("role", .string("assistant")), ("content", .string(pick(Self.texts)))])])
    switch Int.random(in: 0..<7, using: &random) {
    case 0:
      return history.enumerated().flatMap { index, message in
        [
          attribute("llm.input_messages.\(index).message.role", message.role),
          attribute("llm.input_messages.\(index).message.content", message.text),
        ]
      } + [attribute("llm.output_messages.0.message.content", pick(Self.texts))]
    case 1: return [attribute("gen_ai.input.messages", json.json), attribute("gen_ai.output.messages", answer.json)]
    case 2: return [attribute("input.value", json.json), attribute("output.value", pick(Self.texts))]
    case 3: return [attribute("input.value", pick(Self.texts)), attribute("output.value", pick(Self.texts))]
    case 4:
      return [
        attribute("ai.prompt", "{\"prompt\":\"\(pick(["Why?", "How?"]))\"}"),
        attribute("ai.response.text", pick(Self.texts)),
      ]
    case 5: return [attribute("traceloop.entity.input", json.json), attribute("traceloop.entity.output", answer.json)]
    default: return [attribute("pydantic_ai.all_messages", json.json)]
    }
  }

  private mutating func usage() -> [JSONValue] {
    let count = String(random.next() % 90)
    var found = [attribute("gen_ai.response.model", pick(["gpt-4o", "gpt-4o-mini", "nobody-1"]))]
    switch Int.random(in: 0..<4, using: &random) {
    case 0: found.append(attribute("gen_ai.usage.input_tokens", count))
    case 1: found.append(attribute("llm.token_count.prompt", count))
    case 2: found.append(attribute("mlflow.chat.tokenUsage", "{\"input_tokens\": \(count), \"output_tokens\": 2}"))
    default: found.append(attribute("gen_ai.usage.cost", "0.0\(count)"))
    }
    return found
  }

  private mutating func labels() -> [JSONValue] {
    [
      attribute("metadata", "{\"turn\": \(random.next() % 3), \"session_id\": \"\(pick(["s-1", "s-3"]))\"}"),
      attribute("langfuse.trace.metadata.turn", pick(["1", "2"])),
      attribute(pick(["tag.tags", "langfuse.trace.tags"]), pick(["a,b", "[\"b\",\"c\"]"])),
    ]
  }

  // MARK: Beside the spans

  private mutating func addPending(_ trace: String, _ of: String) {
    let id = "00000000000000c" + String(of.suffix(1))
    guard case .object(var members) = span(trace, id, of), case .array(var attributes) = members[5].value else {
      return
    }
    attributes.append(attribute("logfire.span_type", "pending_span"))
    attributes.append(attribute("logfire.pending_parent_id", pick(["0000000000000000", "00000000000000a1"])))
    members[5].value = .array(attributes)
    add(.object(members))
  }

  private mutating func addLogs(_ trace: String, _ span: String) {
    for name in ["gen_ai.user.message", "gen_ai.assistant.message", "gen_ai.choice"] where random.chance(70) {
      let time = Self.start + UInt64.random(in: 0...2, using: &random)
      let body = JSONValue.object([("stringValue", .string("{\"content\": \"\(pick(["Why?", "How?", "So."]))\"}"))])
      let members: [(key: String, value: JSONValue)] = [
        ("traceId", .string(trace)), ("spanId", .string(span)), ("eventName", .string(name)), ("body", body),
        (random.chance(80) ? "timeUnixNano" : "observedTimeUnixNano", .string(String(time))),
      ]
      sent.append(Sent(resource: .object([]), item: .object(members), isLog: true))
    }
  }

  /// The same span once more: a span of other attributes, an end or a resource of its own.
  private mutating func addVersion(of original: Sent) {
    guard !original.isLog, case .object(var members) = original.item else { return }
    switch Int.random(in: 0..<3, using: &random) {
    case 0: members[4].value = .string(String(Self.start + random.next() % 9_000_000_000))
    case 1: members[5].value = .array(attributes())
    default: members[2].value = .string("renamed")
    }
    add(.object(members))
  }

  private mutating func add(_ item: JSONValue) {
    var attributes: [JSONValue] = []
    if random.chance(70) { attributes.append(attribute("service.name", pick(["web", "agent", "unknown_service"]))) }
    if random.chance(20) { attributes.append(attribute("project_name", pick(["shop", "help"]))) }
    sent.append(
      Sent(
        resource: .object([("attributes", .array(attributes))]), item: item,
        requestProject: random.chance(10) ? "by-header" : nil))
  }

  private mutating func pick(_ some: [String]) -> String { some.randomElement(using: &random) ?? "" }

  private func attribute(_ key: String, _ value: String) -> JSONValue {
    .object([("key", .string(key)), ("value", .object([("stringValue", .string(value))]))])
  }
}
