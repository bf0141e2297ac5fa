import Conversations
import JSON
import SQLite
import Telemetry

/// What a trace's row knows beyond its columns. As JSON it leaves out what is empty, so that most rows cost 60 bytes.
struct TraceDetail {
  var tokens: TokenCounts?
  /// As JSON left out where it is just the trace's `model`.
  var models: [String] = []
  var services: [String] = []
  /// Only where they differ from `input` and `output`: Human text of the last turn that has one, AI text of the first.
  var lastInput: String?
  var firstOutput: String?
  var lastTurnFailed = false
  var opens: OpenQuestion?
  var continues: OpenQuestion?
  var warnings: [String] = []

  init() {}

  init(_ summary: TraceSummary) {
    tokens = summary.tokens
    models = summary.models
    services = summary.services
    let humans = summary.turns.compactMap(\.human)
    let replies = summary.turns.compactMap(\.ai)
    if humans.count > 1 { lastInput = humans.last?.text }
    if replies.count > 1 { firstOutput = replies.first?.text }
    lastTurnFailed = summary.turns.last?.status == .error
    opens = summary.opens
    continues = summary.continues
    warnings = summary.warnings.map(WarningCoding.text)
  }

  /// `model`: the trace's, where the models are wanted.
  init(json text: String, model: String? = nil) throws(StoreError) {
    guard let json = try? JSONValue.parse(text) else {
      throw .unusable("a trace row of the database is damaged", hint: "run `steno verify --repair`")
    }
    if let counts = json["t"]?.array {
      let number = { (index: Int) in counts.indices.contains(index) ? counts[index].int64 : nil }
      tokens = TokenCounts(
        input: number(0), output: number(1), total: number(2), cachedInput: number(3), reasoning: number(4))
    }
    models = json["m"]?.texts ?? model.map { [$0] } ?? []
    services = json["s"]?.texts ?? []
    lastInput = json["i"]?.string
    firstOutput = json["o"]?.string
    lastTurnFailed = json["f"]?.bool ?? false
    opens = OpenQuestion(json["q"])
    continues = OpenQuestion(json["c"])
    warnings = json["w"]?.texts ?? []
  }

  /// What a column of rows says of the trace's single turns: mostly nothing, and then it is not parsed.
  init(ofTurnsIn statement: Statement, _ column: Int32) throws(StoreError) {
    let saysNothing = statement.withText(column) { json in
      !Self.turnMembers.contains { bytesContain(json, $0) }
    }
    if saysNothing { self.init() } else { try self.init(json: statement.text(column)) }
  }

  /// As `JSONWriter` writes the keys of `lastInput`, `firstOutput` and `lastTurnFailed`.
  private static let turnMembers = ["\"i\":", "\"o\":", "\"f\":"].map { Array($0.utf8) }

  func json(model: String?) -> String {
    var writer = JSONWriter(capacity: 128)
    writer.beginObject()
    if let tokens {
      writer.key("t")
      writer.beginArray()
      let counts = [tokens.input, tokens.output, tokens.total, tokens.cachedInput, tokens.reasoning]
      for count in counts.prefix(through: counts.lastIndex { $0 != nil } ?? 0) {
        if let count { writer.int(count) } else { writer.null() }
      }
      writer.endArray()
    }
    // One model that is the trace's needs no second mention; no model needs one if the trace has one.
    if models.map(ExactText.init) != [model].compactMap({ $0 }).map(ExactText.init) {
      writer.key("m")
      writer.write(texts: models)
    }
    writer.texts(services, under: "s")
    if let lastInput {
      writer.key("i")
      writer.string(lastInput)
    }
    if let firstOutput {
      writer.key("o")
      writer.string(firstOutput)
    }
    if lastTurnFailed {
      writer.key("f")
      writer.bool(true)
    }
    opens?.write(under: "q", to: &writer)
    continues?.write(under: "c", to: &writer)
    writer.texts(warnings, under: "w")
    writer.endObject()
    return writer.text
  }
}

extension TraceDetail: Equatable {
  /// Texts are equal when their UTF-8 is.
  static func == (a: Self, b: Self) -> Bool {
    a.tokens == b.tokens && sameUTF8(a.models, b.models) && sameUTF8(a.services, b.services)
      && sameUTF8(a.lastInput, b.lastInput) && sameUTF8(a.firstOutput, b.firstOutput)
      && a.lastTurnFailed == b.lastTurnFailed && a.opens == b.opens && a.continues == b.continues
      && sameUTF8(a.warnings, b.warnings)
  }
}

extension OpenQuestion {
  fileprivate init?(_ json: JSONValue?) {
    guard let count = json?[0]?.int64, let fingerprint = json?[1]?.int64 else { return nil }
    self.init(userMessages: count, lastUser: UInt64(bitPattern: fingerprint))
  }

  fileprivate func write(under key: String, to writer: inout JSONWriter) {
    writer.key(key)
    writer.beginArray()
    writer.int(userMessages)
    writer.int(Int64(bitPattern: lastUser))
    writer.endArray()
  }
}

extension JSONValue {
  /// The strings of an array.
  var texts: [String]? { array?.compactMap(\.string) }
}

extension JSONWriter {
  fileprivate mutating func texts(_ texts: [String], under key: String) {
    if texts.isEmpty { return }
    self.key(key)
    write(texts: texts)
  }

  mutating func write(texts: [String]) {
    beginArray()
    for text in texts { string(text) }
    endArray()
  }
}
