import Conversations
import Telemetry

/// What a trace's row holds: its share of its session's, its user's and its project's rows, and what lists show of it.
/// Taking the old entry away and adding the new one is how those rows follow a trace.
struct TraceEntry {
  var traceID: TraceID
  var project: ProjectName
  var session: SessionName?
  var user: UserID?
  var startTime: UnixNanoseconds
  var endTime: UnixNanoseconds
  var status: RowStatus
  var spanCount: Int64
  var errorCount: Int64
  var turnCount: Int64
  var name: String
  var model: String?
  /// Human text of the first turn that has one, AI text of the last that has one.
  var input: String?
  var output: String?
  var tokens: TokenCounts?
  var cost: PicoDollars?
  var tags: [String]
  var metadata: String?
  var detail: TraceDetail
  /// Bits of `FindingKind`.
  var findings: Int64

  init(_ traceID: TraceID, _ summary: TraceSummary) {
    self.traceID = traceID
    project = summary.project.value
    session = summary.session?.value
    user = summary.user?.value
    startTime = summary.startTime
    endTime = summary.endTime
    status = RowStatus(summary.status)
    spanCount = summary.spanCount
    errorCount = summary.errorCount
    turnCount = Int64(summary.turns.count)
    name = summary.name
    model = summary.model
    input = summary.input?.text
    output = summary.output?.text
    tokens = summary.tokens
    cost = summary.cost
    tags = summary.tags
    metadata = summary.metadata
    detail = TraceDetail(summary)
    findings = FindingKind.bits(summary)
  }

  init(
    traceID: TraceID, project: ProjectName, session: SessionName?, user: UserID?, startTime: UnixNanoseconds,
    endTime: UnixNanoseconds, status: RowStatus, spanCount: Int64, errorCount: Int64, turnCount: Int64, name: String,
    model: String?, input: String?, output: String?, cost: PicoDollars?, tags: [String], metadata: String?,
    detail: TraceDetail, findings: Int64
  ) {
    self.traceID = traceID
    self.project = project
    self.session = session
    self.user = user
    self.startTime = startTime
    self.endTime = endTime
    self.status = status
    self.spanCount = spanCount
    self.errorCount = errorCount
    self.turnCount = turnCount
    self.name = name
    self.model = model
    self.input = input
    self.output = output
    tokens = detail.tokens
    self.cost = cost
    self.tags = tags
    self.metadata = metadata
    self.detail = detail
    self.findings = findings
  }

  /// Nanoseconds from start to end; never negative, and bounded by what a column holds.
  var duration: Int64 { durationNanoseconds(from: startTime, to: endTime) }
}

extension TraceEntry: Equatable {
  /// Texts are equal when their UTF-8 is: a row whose text is another spelling is another row.
  static func == (a: Self, b: Self) -> Bool { a.traceID == b.traceID && a.firstDifference(from: b) == nil }

  /// The name of the first field that differs.
  func firstDifference(from other: TraceEntry) -> String? {
    let fields: [(String, Bool)] = [
      ("project", project == other.project), ("session", session == other.session), ("user_id", user == other.user),
      ("start_time", startTime == other.startTime), ("end_time", endTime == other.endTime),
      ("status", status == other.status), ("span_count", spanCount == other.spanCount),
      ("error_count", errorCount == other.errorCount), ("turn_count", turnCount == other.turnCount),
      ("name", sameUTF8(name, other.name)), ("model", sameUTF8(model, other.model)),
      ("input", sameUTF8(input, other.input)), ("output", sameUTF8(output, other.output)),
      ("tokens", tokens == other.tokens), ("cost_usd", cost == other.cost),
      ("tags", sameUTF8(tags, other.tags)), ("metadata", sameUTF8(metadata, other.metadata)),
      ("detail", detail == other.detail), ("findings", findings == other.findings),
    ]
    return fields.first { !$0.1 }?.0
  }
}

func durationNanoseconds(from start: UnixNanoseconds, to end: UnixNanoseconds) -> Int64 {
  end.value <= start.value ? 0 : Int64(clamping: end.value - start.value)
}

extension RowStatus {
  init(_ status: TraceStatus) {
    switch status {
    case .ok: self = .ok
    case .error: self = .error
    case .pending: self = .pending
    }
  }
}
