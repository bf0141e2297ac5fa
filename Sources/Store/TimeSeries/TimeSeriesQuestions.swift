import Conversations
import Filters
import SQLite
import Telemetry

extension Store {
  package func timeSeries(_ question: TimeSeriesQuestion) async throws(StoreError) -> TimeSeries {
    let intervalsMax = configuration.limits.timeSeriesIntervalsMax
    let conventions = configuration.conventions
    return try await readers.read("measuring over time") { reader in
      var intervals = Intervals(question)
      try question.forEach(reader, conventions) { intervals.take($0) }
      return intervals.series(max: UInt64(intervalsMax))
    }
  }
}

extension TimeSeriesQuestion {
  /// Rows in no order. Where the filter asks spans, each row is read whole; else only what counts.
  fileprivate func forEach(_ reader: Reader, _ conventions: Conventions, _ use: (Amounts) -> Void) throws {
    let asksSpans = rows.filter?.expression.asksSpans ?? false
    switch metric {
    case .sessions:
      let conditions = try SessionList.conditions(rows, reader)
      if asksSpans {
        try SessionList.rows(by: rows.sort.key).forEach(rows, conditions, reader, conventions) { use(Amounts($0)) }
      } else {
        let statement = try reader.database.statement("list_session_ends", conditions: conditions)
        while try statement.step() { use(Amounts(end: UnixNanoseconds(stored: statement.integer(0)))) }
      }
    case .traces, .tokens, .cost, .errors, .latency:
      let conditions = try TraceList.conditions(rows, reader)
      if asksSpans {
        try TraceList.rows(by: rows.sort.key).forEach(rows, conditions, reader, conventions) { use(Amounts($0)) }
      } else {
        let statement = try reader.database.statement("list_trace_amounts", conditions: conditions)
        while try statement.step() { use(Amounts(statement)) }
      }
    }
  }
}

/// What a row counts for, and when.
private struct Amounts {
  var end: UnixNanoseconds
  /// Nanoseconds.
  var duration: Int64 = 0
  var errors: Int64 = 0
  var tokens: Int64 = 0
  /// 10⁻¹² US dollar.
  var cost: Int64 = 0

  init(end: UnixNanoseconds) { self.end = end }

  init(_ row: SessionRow) { self.init(end: row.endTime) }

  init(_ row: TraceRow) {
    self.init(end: row.endTime)
    duration = durationNanoseconds(from: row.startTime, to: row.endTime)
    errors = row.errorCount
    tokens = row.tokens?.total ?? 0
    cost = row.cost?.value ?? 0
  }

  /// A row of `list_trace_amounts`.
  init(_ row: Statement) {
    self.init(end: UnixNanoseconds(stored: row.integer(0)))
    duration = row.integer(1)
    errors = row.integer(2)
    tokens = row.integer(3)
    cost = row.integer(4)
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

  mutating func take(_ row: Amounts) {
    let number = row.end.value / interval
    switch metric {
    case .sessions, .traces: sums[number, default: 0] += 1
    case .errors: sums[number, default: 0] += Int128(row.errors)
    case .tokens: sums[number, default: 0] += Int128(row.tokens)
    case .cost: sums[number, default: 0] += Int128(row.cost)
    case .latency: durations[number, default: []].append(row.duration)
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
