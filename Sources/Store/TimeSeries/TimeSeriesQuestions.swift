import Conversations
import Filters
import SQLite
import Telemetry

extension Store {
  package func timeSeries(_ question: TimeSeriesQuestion) async throws(StoreError) -> TimeSeries {
    let intervalsMax = UInt64(configuration.limits.timeSeriesIntervalsMax)
    let conventions = configuration.conventions
    let memo = series
    // Before the snapshot: what is kept under it is never older.
    let version = feed.version
    return try await readers.read("measuring over time") { reader in
      let conditions = try question.conditions(reader)
      let rows = SeriesMemo.Rows(question, conditions)
      if let known = memo.find(rows, version) { return known.series(question.metric, max: intervalsMax) }
      var amounts = IntervalAmounts(interval: question.interval)
      try question.forEach(conditions, reader, conventions) { amounts.take($0) }
      let figures = amounts.figures()
      memo.keep(figures, of: rows, version, intervalsMax: intervalsMax)
      return figures.series(question.metric, max: intervalsMax)
    }
  }
}

extension TimeSeriesQuestion {
  fileprivate func conditions(_ reader: Reader) throws -> Conditions {
    metric == .sessions ? try SessionList.conditions(rows, reader) : try TraceList.conditions(rows, reader)
  }

  /// Rows in no order. Where the filter asks spans, each row is read whole; else only what counts.
  fileprivate func forEach(
    _ conditions: Conditions, _ reader: Reader, _ conventions: Conventions, _ use: (Amounts) -> Void
  ) throws {
    let asksSpans = rows.filter?.expression.asksSpans ?? false
    switch metric {
    case .sessions:
      if asksSpans {
        try SessionList.rows(by: rows.sort.key).forEach(rows, conditions, reader, conventions) { use(Amounts($0)) }
      } else {
        let statement = try reader.database.statement("list_session_ends", conditions: conditions)
        while try statement.step() { use(Amounts(end: UnixNanoseconds(stored: statement.integer(0)))) }
      }
    case .traces, .tokens, .cost, .errors, .latency:
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
struct Amounts {
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
