import Conversations
import SQLite
import Telemetry

extension Store {
  package func timeSeries(_ question: TimeSeriesQuestion) async throws(StoreError) -> TimeSeries {
    let intervalsMax = configuration.limits.timeSeriesIntervalsMax
    return try await readers.read("measuring over time") { reader in
      var intervals = Intervals(question)
      let statement = try question.statement(reader.database)
      while try statement.step() { intervals.take(statement) }
      return intervals.series(max: UInt64(intervalsMax))
    }
  }
}

extension TimeSeriesQuestion {
  /// Of each row its end first. Rows alone are read, in no order.
  fileprivate func statement(_ database: Database) throws -> Statement {
    let lookups = Lookups(database: database)
    switch metric {
    case .sessions:
      return try database.statement("list_session_ends", conditions: SessionList.conditions(rows, lookups))
    case .traces, .tokens, .cost, .errors, .latency:
      return try database.statement("list_trace_amounts", conditions: TraceList.conditions(rows, lookups))
    }
  }
}

/// What rows come to, by the number of the interval since 1970.
private struct Intervals {
  private let metric: TimeSeriesMetric
  private let interval: UInt64
  /// Wide sums: they neither overflow nor depend on their order.
  private var sums: [UInt64: Int128] = [:]
  private var durations: [UInt64: [Int64]] = [:]

  init(_ question: TimeSeriesQuestion) {
    metric = question.metric
    interval = max(1, question.interval)
  }

  mutating func take(_ row: Statement) {
    let number = UnixNanoseconds(stored: row.integer(0)).value / interval
    switch metric {
    case .sessions, .traces: sums[number, default: 0] += 1
    case .errors: sums[number, default: 0] += Int128(row.integer(2))
    case .tokens: sums[number, default: 0] += Int128(row.integer(3))
    case .cost: sums[number, default: 0] += Int128(row.integer(4))
    case .latency: durations[number, default: []].append(row.integer(1))
    }
  }

  func series(max: UInt64) -> TimeSeries {
    let numbers = metric == .latency ? Array(durations.keys) : Array(sums.keys)
    guard let first = numbers.min(), let last = numbers.max() else { return .points([]) }
    if last - first >= max { return .tooLong(intervals: last - first + 1) }
    return .points(
      (first...last).map { TimeSeriesPoint(time: UnixNanoseconds($0 * interval), value: value(at: $0)) })
  }

  private func value(at number: UInt64) -> TimeSeriesPoint.Value {
    let sum = Int64(clamping: sums[number] ?? 0)
    switch metric {
    case .sessions, .traces, .errors, .tokens: return .amount(sum)
    case .cost: return .dollars(PicoDollars(sum))
    case .latency: return .percentiles(durations[number].flatMap { Percentiles($0) })
    }
  }
}
