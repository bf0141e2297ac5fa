import JSON
import OTLP
import Telemetry

/// One span or log record of generated traffic, with the resource that it came under.
struct Sent {
  var resource: JSONValue
  var item: JSONValue
  var isLog = false
  /// A project that a header named.
  var requestProject: String?
}

/// Generates chats as SDKs send them: sessions of several traces, roots with and without text, tool round trips over
/// two traces, late and missing roots, users and sessions on any span, responses reported twice, versions that conflict.
struct Traffic {
  private var random: SeededGenerator
  private(set) var sent: [Sent] = []

  /// Without the log records.
  var spans: [Sent] { sent.filter { !$0.isLog } }

  private var clock: UInt64 = 1_795_000_000_000_000_000

  init(seed: UInt64, sessions: Int = 4) {
    random = SeededGenerator(seed: seed)
    for number in 0..<sessions { addSession(number) }
    addConflicts()
  }

  private mutating func addSession(_ number: Int) {
    let project = ["shop", "help", ""].randomElement(using: &random) ?? ""
    let session = "session-\(number % 3)"
    var history: [(String, String)] = random.chance(50) ? [("system", "Be kind.")] : []
    for turn in 0..<Int.random(in: 1...5, using: &random) {
      history.append(("user", random.chance(20) ? "Again?" : "Question \(turn) of \(number) 🌱"))
      if random.chance(25) {
        addRoundTrip(project, session, &history)
      } else {
        addTurn(project, session, turn, &history)
      }
    }
  }

  private mutating func addTurn(_ project: String, _ session: String, _ turn: Int, _ history: inout [(String, String)])
  {
    let trace = id(32)
    let root = id(16)
    let hasRoot = random.chance(80)
    let answer = "Answer \(turn)"
    let start = tick()
    if hasRoot && random.chance(70) {
      var attributes = [("openinference.span.kind", text("AGENT"))]
      if random.chance(60) {
        attributes.append(("input.value", text(history.last?.1 ?? "")))
        attributes.append(("output.value", text(answer)))
      }
      if random.chance(50) { attributes.append(("session.id", text(session))) }
      if random.chance(30) { attributes.append(("user.id", text("user-\(turn % 2)"))) }
      add(project, span(trace, root, nil, "turn", start, start + 9_000_000, attributes, failed: random.chance(10)))
    }
    let call = hasRoot ? root : nil
    if random.chance(25) {
      addLoggedCall(project, trace, call, session, history, answer: answer, start: start + 1_000_000)
    } else {
      add(project, llm(trace, id(16), call, session, history, answer: answer, start: start + 1_000_000))
    }
    if random.chance(30) {
      add(
        project,
        span(
          trace, id(16), call, "search", start + 500_000, start + 900_000, [("openinference.span.kind", text("TOOL"))],
          failed: false))
    }
    history.append(("assistant", answer))
  }

  /// A call whose messages are sent as log records.
  private mutating func addLoggedCall(
    _ project: String, _ trace: String, _ parent: String?, _ session: String, _ history: [(String, String)],
    answer: String, start: UInt64
  ) {
    let spanID = id(16)
    let attributes = [
      ("gen_ai.operation.name", text("chat")), ("gen_ai.request.model", text("gpt-4o")), ("session.id", text(session)),
    ]
    add(project, span(trace, spanID, parent, "chat", start, start + 2_000_000, attributes, failed: false))
    var records = history.map { ("gen_ai.\($0.0).message", [("content", text($0.1))]) }
    let message = JSONValue.object([
      ("kvlistValue", .object([("values", .array([attribute("content", text(answer))]))]))
    ])
    records.append(("gen_ai.choice", [("message", message)]))
    for (index, record) in records.enumerated() {
      let body = JSONValue.object([
        ("kvlistValue", .object([("values", .array(record.1.map { attribute($0.0, $0.1) }))]))
      ])
      let members: [(key: String, value: JSONValue)] = [
        ("traceId", .string(trace)), ("spanId", .string(spanID)), ("eventName", .string(record.0)), ("body", body),
        ("timeUnixNano", .string(String(start + UInt64(index)))),
      ]
      sent.append(Sent(resource: .object([]), item: .object(members), isLog: true))
    }
  }

  /// A bare instrumentor: the call that asks for a tool and the call that gets its result are two traces.
  private mutating func addRoundTrip(_ project: String, _ session: String, _ history: inout [(String, String)]) {
    let words = random.chance(40) ? "Let me look." : nil
    let failed = random.chance(20)
    add(project, llm(id(32), id(16), nil, session, history, answer: words, callsTool: true, start: tick()))
    history.append(("assistant", words ?? ""))
    history.append(("tool", "{\"ok\": true}"))
    add(project, llm(id(32), id(16), nil, session, history, answer: "With tools", failed: failed, start: tick()))
    history.append(("assistant", "With tools"))
  }

  private mutating func llm(
    _ trace: String, _ span: String, _ parent: String?, _ session: String, _ history: [(String, String)],
    answer: String?, callsTool: Bool = false, failed: Bool = false, start: UInt64
  ) -> JSONValue {
    var attributes = [("openinference.span.kind", text("LLM")), ("llm.model_name", text("gpt-4o-mini"))]
    if random.chance(70) { attributes.append(("session.id", text(session))) }
    if random.chance(20) { attributes.append(("gen_ai.conversation.id", text("other-\(session)"))) }
    if random.chance(50) { attributes.append(("user.id", text("user-1"))) }
    if random.chance(40) { attributes.append(("metadata", text("{\"turn\": \(history.count), \"stage\": \"x\"}"))) }
    if random.chance(30) { attributes.append(("gen_ai.response.id", text("resp-\(random.next() % 6)"))) }
    if random.chance(30) { attributes.append(("tag.tags", list(["a", "b"]))) }
    for (index, message) in history.enumerated() {
      attributes.append(("llm.input_messages.\(index).message.role", text(message.0)))
      attributes.append(("llm.input_messages.\(index).message.content", text(message.1)))
    }
    attributes.append(("llm.output_messages.0.message.role", text("assistant")))
    if let answer {
      attributes.append(("llm.output_messages.0.message.content", text(answer)))
    }
    if callsTool {
      attributes.append(("llm.output_messages.0.message.tool_calls.0.tool_call.function.name", text("lookup")))
    }
    attributes.append(("llm.token_count.prompt", .object([("intValue", .string("\(10 + history.count)"))])))
    attributes.append(("llm.token_count.completion", .object([("intValue", .int(5))])))
    return self.span(
      trace, span, parent, "ChatCompletion", start, start + 3_000_000, attributes, failed: failed || random.chance(8))
  }

  /// Some spans are sent in a second version: changed end, more attributes, or other text of the same size.
  private mutating func addConflicts() {
    for original in sent where !original.isLog && random.chance(15) {
      guard case .object(var members) = original.item else { continue }
      for index in members.indices {
        switch (members[index].key, random.chance(50)) {
        case ("endTimeUnixNano", true): members[index].value = .string(String(clock + random.next() % 1_000))
        // The last two are one name to Unicode, and two to everybody who compares bytes.
        case ("name", _):
          members[index].value = .string(["renamed", "ren\u{E9}", "rene\u{301}"][Int(random.next() % 3)])
        default: break
        }
      }
      sent.append(Sent(resource: original.resource, item: .object(members), requestProject: original.requestProject))
    }
  }

  private mutating func add(_ project: String, _ item: JSONValue) {
    var attributes = [attribute("service.name", text("chatbot"))]
    if !project.isEmpty { attributes.append(attribute("project_name", text(project))) }
    sent.append(
      Sent(
        resource: .object([("attributes", .array(attributes))]), item: item,
        requestProject: project.isEmpty && random.chance(40) ? "by-header" : nil))
  }

  private func span(
    _ trace: String, _ span: String, _ parent: String?, _ name: String, _ start: UInt64, _ end: UInt64,
    _ attributes: [(String, JSONValue)], failed: Bool
  ) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("traceId", .string(trace)), ("spanId", .string(span)), ("name", .string(name)),
      ("startTimeUnixNano", .string(String(start))), ("endTimeUnixNano", .string(String(end))),
      ("attributes", .array(attributes.map { attribute($0.0, $0.1) })),
      ("status", .object([("code", .int(failed ? 2 : 1))])),
    ]
    if let parent { members.append(("parentSpanId", .string(parent))) }
    return .object(members)
  }

  private func attribute(_ key: String, _ value: JSONValue) -> JSONValue {
    .object([("key", .string(key)), ("value", value)])
  }

  private func text(_ text: String) -> JSONValue { .object([("stringValue", .string(text))]) }

  private func list(_ texts: [String]) -> JSONValue {
    .object([("arrayValue", .object([("values", .array(texts.map { text($0) }))]))])
  }

  private mutating func tick() -> UInt64 {
    clock += UInt64.random(in: 1...20, using: &random) * 1_000_000
    return clock
  }

  private mutating func id(_ digits: Int) -> String {
    String((0..<digits).map { _ in "0123456789abcdef".randomElement(using: &random) ?? "1" })
  }
}

extension [Sent] {
  /// One OTLP request in JSON, decoded: of spans, or of log records.
  func decoded(limits: Limits) throws -> DecodedTelemetry {
    let isLogs = first?.isLog ?? false
    let groups = map { sent in
      let scope = JSONValue.object([("name", .string("test"))])
      let scoped = JSONValue.object([("scope", scope), (isLogs ? "logRecords" : "spans", .array([sent.item]))])
      return JSONValue.object([
        ("resource", sent.resource), (isLogs ? "scopeLogs" : "scopeSpans", .array([scoped])),
      ])
    }
    let request = JSONValue.object([(isLogs ? "resourceLogs" : "resourceSpans", .array(groups))])
    let body = [UInt8](request.json.utf8)
    return isLogs
      ? try DecodedTelemetry.decodeLogs(json: body, requestProject: nil, limits: limits)
      : try DecodedTelemetry.decodeTraces(json: body, requestProject: first?.requestProject, limits: limits)
  }

  /// The requests that these become: spans and log records go to different paths, and a header names one project for
  /// a whole request.
  func requests(limits: Limits) throws -> [DecodedTelemetry] {
    let groups = Dictionary(grouping: self) { "\($0.isLog) \($0.requestProject ?? "")" }
    return try groups.sorted { $0.key < $1.key }.map { try $0.value.decoded(limits: limits) }
  }
}
