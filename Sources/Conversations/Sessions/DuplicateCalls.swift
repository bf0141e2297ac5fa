package import Telemetry

extension SessionSummary {
  /// The calls that do not count, by trace: of those with the same response ID one counts, the one with messages, then
  /// the earliest, then the smaller trace ID, then the smaller span ID.
  package static func duplicateCalls(in traces: [(TraceID, [CallIdentity])]) -> [TraceID: Set<SpanID>] {
    var winners: [UInt64: (traceID: TraceID, call: CallIdentity)] = [:]
    for (traceID, calls) in traces {
      for call in calls {
        if let winner = winners[call.response], !precedes((traceID, call), winner) { continue }
        winners[call.response] = (traceID, call)
      }
    }
    var duplicates: [TraceID: Set<SpanID>] = [:]
    for (traceID, calls) in traces {
      for call in calls {
        guard let winner = winners[call.response], winner != (traceID, call) else { continue }
        duplicates[traceID, default: []].insert(call.spanID)
      }
    }
    return duplicates
  }

  private static func precedes(
    _ a: (traceID: TraceID, call: CallIdentity), _ b: (traceID: TraceID, call: CallIdentity)
  ) -> Bool {
    if a.call.hasMessages != b.call.hasMessages { return a.call.hasMessages }
    if a.call.startTime != b.call.startTime { return a.call.startTime < b.call.startTime }
    return a.traceID == b.traceID ? a.call.spanID < b.call.spanID : a.traceID < b.traceID
  }
}
