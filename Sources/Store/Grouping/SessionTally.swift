import Conversations
import JSON
import Telemetry

/// The part of a session's row that is a sum over its traces: adding or taking away one trace costs the same however
/// many there are. What depends on the order of traces (first message, last reply, status) is read from the ends of
/// the index of its traces instead.
struct SessionTally: Equatable {
  private(set) var traceCount: Int64 = 0
  private(set) var spanCount: Int64 = 0
  private(set) var errorCount: Int64 = 0
  /// Turns of the traces, each by itself.
  private(set) var traceTurns: Int64 = 0
  /// Neighbouring traces that are one turn together.
  var continuations: Int64 = 0
  /// Traces that have a turn, Human text, AI text, or take up an open question.
  private(set) var withTurns: Int64 = 0
  private(set) var withHuman: Int64 = 0
  private(set) var withReply: Int64 = 0
  private(set) var continuers: Int64 = 0
  private(set) var usage = UsageTally()
  private(set) var users = TextTally()
  private(set) var models = TextTally()
  private(set) var tags = TextTally()
  private(set) var services = TextTally()
  private(set) var warnings = TextTally()

  init() {}

  var turnCount: Int64 { traceTurns &- continuations }

  mutating func add(_ trace: TraceEntry) {
    count(trace, 1)
    usage.add(trace.tokens, cost: trace.cost)
    if let user = trace.user { users.add([user.text]) }
    models.add(trace.detail.models)
    tags.add(trace.tags)
    services.add(trace.detail.services)
    warnings.add(trace.detail.warnings)
  }

  mutating func remove(_ trace: TraceEntry) {
    count(trace, -1)
    usage.remove(trace.tokens, cost: trace.cost)
    if let user = trace.user { users.remove([user.text]) }
    models.remove(trace.detail.models)
    tags.remove(trace.tags)
    services.remove(trace.detail.services)
    warnings.remove(trace.detail.warnings)
  }

  private mutating func count(_ trace: TraceEntry, _ sign: Int64) {
    traceCount &+= sign
    spanCount &+= sign &* trace.spanCount
    errorCount &+= sign &* trace.errorCount
    traceTurns &+= sign &* trace.turnCount
    if trace.turnCount > 0 { withTurns &+= sign }
    if trace.input != nil { withHuman &+= sign }
    if trace.output != nil { withReply &+= sign }
    if trace.detail.continues != nil { continuers &+= sign }
  }

  init(json text: String) throws(StoreError) {
    guard let json = try? JSONValue.parse(text), let counts = json["n"]?.array?.compactMap(\.int64), counts.count == 9,
      let usage = UsageTally(json["g"]), let users = TextTally(json["u"]), let models = TextTally(json["m"]),
      let tags = TextTally(json["t"]), let services = TextTally(json["s"]), let warnings = TextTally(json["w"])
    else { throw .unusable("a session row of the database is damaged", hint: "run `steno verify --repair`") }
    traceCount = counts[0]
    spanCount = counts[1]
    errorCount = counts[2]
    traceTurns = counts[3]
    continuations = counts[4]
    withTurns = counts[5]
    withHuman = counts[6]
    withReply = counts[7]
    continuers = counts[8]
    self.usage = usage
    self.users = users
    self.models = models
    self.tags = tags
    self.services = services
    self.warnings = warnings
  }

  var json: String {
    var writer = JSONWriter(capacity: 256)
    writer.beginObject()
    writer.key("n")
    writer.beginArray()
    let counts = [
      traceCount, spanCount, errorCount, traceTurns, continuations, withTurns, withHuman, withReply, continuers,
    ]
    for count in counts { writer.int(count) }
    writer.endArray()
    writer.key("g")
    usage.write(to: &writer)
    for (key, tally) in [("u", users), ("m", models), ("t", tags), ("s", services), ("w", warnings)] {
      writer.key(key)
      tally.write(to: &writer)
    }
    writer.endObject()
    return writer.text
  }
}
