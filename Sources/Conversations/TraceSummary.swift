package import Telemetry

/// Where a project, session or user came from: `explain` shows it.
package struct Evidence<Value: Sendable & Hashable>: Sendable, Hashable {
  package var value: Value
  /// The span that carried it; nil for a fallback that no span carries.
  package var spanID: SpanID?
  /// The attribute key as it was sent; of a project that came with the request, in a header or by its API key,
  /// `steno.request.project`; empty for a fallback.
  package var key: String
  /// What applied: the role and the key, of a row of the conventions table.
  package var rule: String

  package init(value: Value, spanID: SpanID?, key: String, rule: String) {
    self.value = value
    self.spanID = spanID
    self.key = key
    self.rule = rule
  }
}

/// Tokens of model calls. A member is nil where no call reported it.
package struct TokenCounts: Sendable, Hashable {
  package var input: Int64?
  package var output: Int64?
  /// As reported, else input + output.
  package var total: Int64?
  package var cachedInput: Int64?
  package var reasoning: Int64?

  package init(
    input: Int64? = nil, output: Int64? = nil, total: Int64? = nil, cachedInput: Int64? = nil, reasoning: Int64? = nil
  ) {
    self.input = input
    self.output = output
    self.total = total
    self.cachedInput = cachedInput
    self.reasoning = reasoning
  }
}

/// Money in units of 10⁻¹² US dollar: integers, so that sums do not depend on their order.
package struct PicoDollars: Sendable, Hashable, Comparable {
  package var value: Int64

  package init(_ value: Int64) { self.value = value }

  package var dollars: Double { Double(value) / 1e12 }

  package static func < (a: PicoDollars, b: PicoDollars) -> Bool { a.value < b.value }
}

/// The beginning of a text as list rows show it, and what tells the whole text from another.
package struct TextPreview: Sendable, Hashable {
  /// At most `Limits.listTextScalarsMax` Unicode scalars, the `…` that ends a longer text included.
  package var text: String
  /// FNV-1a over the UTF-8 of the whole trimmed text: equal texts have equal fingerprints, on every machine.
  package var fingerprint: UInt64

  package init(text: String, fingerprint: UInt64) {
    self.text = text
    self.fingerprint = fingerprint
  }
}

package enum TraceStatus: Int64, Sendable { case ok = 0, error = 1, pending = 2 }

/// One turn of a trace, without its whole texts.
package struct TurnSketch: Sendable, Hashable {
  package enum Status: Int64, Sendable { case ok = 0, error = 1, pending = 2, toolCalls = 3 }

  package var startTime: UnixNanoseconds
  package var endTime: UnixNanoseconds
  package var status: Status
  package var human: TextPreview?
  package var ai: TextPreview?
  /// The span whose text the Human and the AI text is; nil without such a text.
  package var humanSpanID: SpanID?
  package var aiSpanID: SpanID?
  /// The span that stands for the turn: the effective root of a trace with one turn, else the turn's first call.
  package var spanID: SpanID
  /// The model calls of the turn, in time order.
  package var callSpanIDs: [SpanID]

  package init(startTime: UnixNanoseconds, endTime: UnixNanoseconds, status: Status, spanID: SpanID) {
    self.startTime = startTime
    self.endTime = endTime
    self.status = status
    self.spanID = spanID
    callSpanIDs = []
  }
}

/// The question that a turn leaves open, or that a trace takes up again: a tool round trip over two traces is one turn.
package struct OpenQuestion: Sendable, Hashable {
  /// How many user messages the input had.
  package var userMessages: Int64
  /// The last of them: `TextPreview.fingerprint`.
  package var lastUser: UInt64

  package init(userMessages: Int64, lastUser: UInt64) {
    self.userMessages = userMessages
    self.lastUser = lastUser
  }
}

/// A model call that names its response: the same response seen twice in a session is one call.
package struct CallIdentity: Sendable, Hashable {
  package var spanID: SpanID
  /// FNV-1a over the response ID.
  package var response: UInt64
  package var hasMessages: Bool
  package var startTime: UnixNanoseconds

  package init(spanID: SpanID, response: UInt64, hasMessages: Bool, startTime: UnixNanoseconds) {
    self.spanID = spanID
    self.response = response
    self.hasMessages = hasMessages
    self.startTime = startTime
  }
}

/// Something that looks wrong in a trace; `doctor` and the rows' `warnings` say it with its cure.
package enum Warning: Sendable, Hashable {
  case attributesDropped(count: UInt64)
  case sessionKeysDisagree(keys: [String])
  case orphanRoot
  case usageWithoutModel

  /// As the API writes it.
  package var code: String {
    switch self {
    case .attributesDropped: "attributes_dropped"
    case .sessionKeysDisagree: "session_keys_disagree"
    case .orphanRoot: "orphan_root"
    case .usageWithoutModel: "usage_without_model"
    }
  }
}

/// Everything that a trace's rows show, a pure function of the trace's spans and log records
/// (and of which of its calls another trace of the session already counts).
package struct TraceSummary: Sendable, Hashable {
  package var project: Evidence<ProjectName>
  package var session: Evidence<SessionName>?
  package var user: Evidence<UserID>?
  /// The effective root.
  package var rootSpanID: SpanID
  /// The effective root's name.
  package var name: String
  /// The least start and the greatest end over the spans.
  package var startTime: UnixNanoseconds
  package var endTime: UnixNanoseconds
  package var spanCount: Int64
  /// Spans with status ERROR.
  package var errorCount: Int64
  /// A span ends before it starts, so that `startTime` and `endTime` do not enclose the times of every span.
  package var hasReversedSpan = false
  /// error: the last turn failed; pending: the effective root names a parent that is not stored and not remote, or only
  /// a pending span stands for it; error: no turns, and a root with status ERROR; else ok. The first that holds.
  package var status: TraceStatus
  /// The model of the last model call that names one.
  package var model: String?
  /// Distinct, ordered by their UTF-8.
  package var models: [String]
  package var services: [String]
  package var tags: [String]
  /// A JSON object, compact: the metadata of the trace's spans, the effective root's first.
  package var metadata: String?
  package var tokens: TokenCounts?
  /// nil: unknown.
  package var cost: PicoDollars?
  package var turns: [TurnSketch]
  /// The question that the last turn leaves without an answer: nil when it has one, failed, or has no text.
  package var opens: OpenQuestion?
  /// The question that the first turn takes up again, its input ending in tool messages after it.
  package var continues: OpenQuestion?
  /// Calls with a response ID.
  package var calls: [CallIdentity]
  package var warnings: [Warning]

  /// Human text of the first turn that has one, AI text of the last that has one: the row's `input` and `output`.
  package var input: TextPreview? { turns.lazy.compactMap(\.human).first }
  package var output: TextPreview? { turns.reversed().lazy.compactMap(\.ai).first }
}
