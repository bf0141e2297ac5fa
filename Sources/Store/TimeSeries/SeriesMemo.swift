import Filters
import Synchronization

/// The figures that were asked for last, until something is written: who draws several charts asks for several metrics
/// of the same rows.
final class SeriesMemo: Sendable {
  /// Of which rows figures are.
  struct Rows: Sendable, Equatable {
    private let areSessions: Bool
    private let interval: UInt64
    private let conditions: Conditions
    private let filter: FilterExpression?

    init(_ question: TimeSeriesQuestion, _ conditions: Conditions) {
      areSessions = question.metric == .sessions
      interval = question.interval
      self.conditions = conditions
      filter = question.rows.filter?.expression
    }
  }

  private struct Entry {
    var rows: Rows
    var version: UInt64
    var figures: SeriesFigures
  }

  private static let entriesMax = 4
  private let entries = Mutex<[Entry]>([])

  /// - Parameter version: of what is stored: `ChangeFeed.version`.
  func find(_ rows: Rows, _ version: UInt64) -> SeriesFigures? {
    entries.withLock { entries in entries.first { $0.version == version && $0.rows == rows }?.figures }
  }

  /// More than `intervalsMax` figures are not kept.
  func keep(_ figures: SeriesFigures, of rows: Rows, _ version: UInt64, intervalsMax: UInt64) {
    guard figures.figures.count <= intervalsMax else { return }
    entries.withLock { entries in
      entries.removeAll { $0.version != version || $0.rows == rows }
      if entries.count == Self.entriesMax { entries.removeFirst() }
      entries.append(Entry(rows: rows, version: version, figures: figures))
    }
  }
}
