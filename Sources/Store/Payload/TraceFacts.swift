import Conversations
import OTLP
import Telemetry

/// The facts of a trace that was read back: of each span the version that stays, with its log records.
struct TraceFacts {
  /// Indices of the telemetry's spans, and the facts of each.
  private(set) var winners: [Int] = []
  private(set) var facts: [SpanFacts] = []
  /// Indices of the telemetry's log records: each record once, in order of time, then canonical bytes.
  private(set) var logs: [Int] = []

  /// - Parameter collector: is told what the spans say.
  init(_ telemetry: DecodedTelemetry, conventions: Conventions, collector: MessageCollector? = nil) throws {
    try telemetry.withView { view in
      winners = try WinnerRule.winners(of: view)
      logs = try Self.orderedLogs(view)
      var bySpan: [SpanID: [LogView]] = [:]
      for index in logs {
        if let spanID = view.logs[index].spanID { bySpan[spanID, default: []].append(view.log(index)) }
      }
      facts = winners.map { index in
        SpanFacts(
          reading: view.span(index), logs: bySpan[view.spans[index].spanID] ?? [], conventions: conventions,
          collector: collector)
      }
    }
  }

  static func orderedLogs(_ view: TelemetryView) throws -> [Int] {
    var records: [(time: UnixNanoseconds, canonical: [UInt8], index: Int)] = []
    for index in view.logs.indices {
      records.append((view.logs[index].time, try CanonicalEncoding.log(view.log(index)), index))
    }
    records.sort { a, b in
      a.time == b.time ? a.canonical.lexicographicallyPrecedes(b.canonical) : a.time < b.time
    }
    var ordered: [Int] = []
    var last: [UInt8]?
    for record in records where record.canonical != last {
      ordered.append(record.index)
      last = record.canonical
    }
    return ordered
  }
}
