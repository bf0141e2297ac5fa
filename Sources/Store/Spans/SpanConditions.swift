import Conversations
import Telemetry

/// What the parameters of a list of spans ask of each span itself. The other conditions of a list are its trace's:
/// project, session and user are resolved per trace, and a bookmark is a session's.
struct SpanConditions {
  private let question: ListQuestion
  private let durationMin: Int64?

  init(_ question: ListQuestion) {
    self.question = question
    durationMin = question.minDurationMilliseconds.map { nanoseconds(milliseconds: $0) }
  }

  /// Nothing is asked of the span itself but its times.
  var askOnlyForTimes: Bool {
    question.status == nil && asksNothingButStatusAndTimes
  }

  /// Spans with status ERROR are all that is asked for, but for times.
  var askOnlyForErrors: Bool { question.status == .error && asksNothingButStatusAndTimes }

  private var asksNothingButStatusAndTimes: Bool {
    question.model == nil && question.tag == nil && question.service == nil && durationMin == nil
      && question.minTokens == nil
  }

  /// Whether they hold of the span.
  func hold(_ span: OutlinedSpan) -> Bool {
    let facts = span.facts
    if let from = question.from, facts.endTime < from { return false }
    if let to = question.to, facts.startTime > to { return false }
    if let status = question.status, RowStatus(facts) != status { return false }
    if let model = question.model, !sameUTF8(facts.model, model) { return false }
    if let tag = question.tag, !facts.tags.contains(where: { sameUTF8($0, tag) }) { return false }
    if let service = question.service, !sameUTF8(facts.serviceName, service) { return false }
    if let durationMin, durationNanoseconds(from: facts.startTime, to: facts.endTime) < durationMin { return false }
    if let least = question.minTokens, facts.usage?.total ?? -1 < least { return false }
    return true
  }
}
