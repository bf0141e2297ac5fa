import Conversations
import Telemetry

/// Adds rows up by the number of their interval since 1970: for every metric at once, since one look at the rows
/// answers all of them.
struct IntervalAmounts {
  private struct Amount {
    var count: Int64 = 0
    /// Wide sums: they neither overflow nor depend on their order.
    var errors: Int128 = 0
    var tokens: Int128 = 0
    var cost: Int128 = 0
    var durations: [Int64] = []
  }

  private let interval: UInt64
  private var amounts: [Amount] = []
  private var places: [UInt64: Int] = [:]
  /// Neighbours mostly lie in the same interval.
  private var last: (number: UInt64, place: Int)?

  init(interval: UInt64) { self.interval = max(1, interval) }

  mutating func take(_ row: Amounts) {
    let place = place(of: row.end.value / interval)
    amounts[place].count += 1
    amounts[place].errors += Int128(row.errors)
    amounts[place].tokens += Int128(row.tokens)
    amounts[place].cost += Int128(row.cost)
    amounts[place].durations.append(row.duration)
  }

  private mutating func place(of number: UInt64) -> Int {
    if let last, last.number == number { return last.place }
    let place = places[number] ?? amounts.count
    if place == amounts.count {
      amounts.append(Amount())
      places[number] = place
    }
    last = (number, place)
    return place
  }

  consuming func figures() -> SeriesFigures {
    let amounts = amounts
    return SeriesFigures(
      interval: interval,
      figures: places.mapValues { place in
        let amount = amounts[place]
        return SeriesFigures.Figure(
          count: amount.count, errors: Int64(clamping: amount.errors), tokens: Int64(clamping: amount.tokens),
          cost: Int64(clamping: amount.cost), latency: Percentiles(amount.durations))
      })
  }
}

/// What the rows of a question come to in each interval in which one ended.
struct SeriesFigures {
  struct Figure {
    var count: Int64
    var errors: Int64
    var tokens: Int64
    /// 10⁻¹² US dollar.
    var cost: Int64
    var latency: Percentiles?
  }

  let interval: UInt64
  /// By the number of the interval since 1970.
  let figures: [UInt64: Figure]

  /// - Parameter max: of intervals.
  func series(_ metric: TimeSeriesMetric, max: UInt64) -> TimeSeries {
    guard let first = figures.keys.min(), let last = figures.keys.max() else { return .points([]) }
    if last - first >= max { return .tooLong(intervals: last - first + 1) }
    return .points(
      (first...last).map { number in
        TimeSeriesPoint(time: UnixNanoseconds(number * interval), value: Self.value(metric, of: figures[number]))
      })
  }

  private static func value(_ metric: TimeSeriesMetric, of figure: Figure?) -> TimeSeriesPoint.Value {
    switch metric {
    case .sessions, .traces: .amount(figure?.count ?? 0)
    case .errors: .amount(figure?.errors ?? 0)
    case .tokens: .amount(figure?.tokens ?? 0)
    case .cost: .dollars(PicoDollars(figure?.cost ?? 0))
    case .latency: .percentiles(figure?.latency)
    }
  }
}
