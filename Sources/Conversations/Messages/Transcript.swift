package import Telemetry

/// One model call of a session, as the transcript wants it.
package struct TranscriptCall: Sendable {
  package var traceID: TraceID
  package var spanID: SpanID
  package var startTime: UnixNanoseconds
  package var messages: SpanMessages

  package init(traceID: TraceID, spanID: SpanID, startTime: UnixNanoseconds, messages: SpanMessages) {
    self.traceID = traceID
    self.spanID = spanID
    self.startTime = startTime
    self.messages = messages
  }
}

/// One message of a session's transcript.
package struct TranscriptMessage: Sendable, Hashable {
  package var message: Message
  /// The span that it first came from.
  package var traceID: TraceID
  package var spanID: SpanID
  /// Its place in the transcript, from 1.
  package var index: Int

  package init(message: Message, traceID: TraceID, spanID: SpanID, index: Int) {
    self.message = message
    self.traceID = traceID
    self.spanID = spanID
    self.index = index
  }
}

/// A session's messages without the repeated histories: each once, in the order in which the calls said them.
///
/// Every call carries the conversation so far, or what its client kept of it. Histories are merged by position, never by
/// text alone. For each lineage of calls (an agent, a branch) the builder keeps what was said in it, the answers
/// included. The calls are taken by start time, then trace ID, then span ID; of each call's input:
///
/// 1. Leading system messages are said when no call has said them yet, and when a lineage comes back to one that it had
///    left for another.
/// 2. A *continuation* ends in the lineage's own end: some run of the input equals the end of the lineage. What stands
///    before that run is an older history (compared place by place, or, where a client dropped or condensed its
///    beginning, by the longest common subsequence); messages of it that the lineage doesn't know were edited in, and
///    are said. All that stands behind the run is said. Of several runs and lineages the one that knows most counts.
/// 3. Else a *branch* shares a run with the middle or the beginning of a lineage: an answer was asked for once more, or
///    an earlier message edited and the rest cut off. What stands behind the run is said. The old lineage stays.
/// 4. An input that is wholly the beginning of a lineage, no answer of the lineage in it, is the same question asked
///    again, and is said again; within one trace it is the same call told by two spans.
/// 5. Else a lineage begins, and the whole input is said.
///
/// The output is said behind it. It is known again in later inputs by `MessageDigest`: other white space, another shape
/// of its tool calls do not make it another message.
///
/// Nothing is lost: a message is left out only where its place in the input is that of one already said.
package func transcript(of calls: [TranscriptCall]) -> [TranscriptMessage] {
  var builder = TranscriptBuilder()
  for call in calls.sorted(by: precedes) { builder.add(call) }
  return builder.messages
}

private func precedes(_ a: TranscriptCall, _ b: TranscriptCall) -> Bool {
  if a.startTime != b.startTime { return a.startTime < b.startTime }
  if a.traceID != b.traceID { return a.traceID < b.traceID }
  return a.spanID < b.spanID
}

/// Builds a transcript call by call.
package struct TranscriptBuilder {
  /// What was said so far.
  package private(set) var messages: [TranscriptMessage] = []
  private var lineages = LineageSet()
  private var systemsSaid: Set<MessageDigest> = []

  package init() {}

  /// Calls come in the order of start time, then trace ID, then span ID.
  package mutating func add(_ call: TranscriptCall) {
    let input = call.messages.input
    let leading = input.prefix { $0.role == .system }
    let systems = leading.map(MessageDigest.init)
    let asked = input.dropFirst(leading.count).map { Said($0, isOutput: false) }
    let answered = call.messages.output.map { Said($0, isOutput: true) }

    let match = lineages.match(asked, systems: systems, in: call.traceID)
    let lineage = match.kind == .continues ? match.lineage.flatMap { lineages[$0] } : nil
    for (message, digest) in zip(leading, systems) {
      let isBack = lineage.map { $0.formerSystems.contains(digest) && !$0.systems.contains(digest) } ?? false
      if isBack || !systemsSaid.contains(digest) { say(message, call) }
      systemsSaid.insert(digest)
    }
    for (offset, message) in input.dropFirst(leading.count).enumerated() where !match.isKnown(offset) {
      say(message, call)
    }
    let repeats = lineages.repeatsAnswer(match, asked, answered, in: call.traceID)
    if !repeats {
      for message in call.messages.output { say(message, call) }
    }
    lineages.take(match, asked, repeats ? [] : answered, systems: systems, in: call.traceID)
  }

  private mutating func say(_ message: Message, _ call: TranscriptCall) {
    messages.append(
      TranscriptMessage(
        message: message, traceID: call.traceID, spanID: call.spanID, index: messages.count + 1))
  }
}
