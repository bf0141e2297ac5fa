import SQLite
import Telemetry

/// The least start and the greatest end over a changing set of traces. Adding keeps them; when the trace that held an
/// end moves away from it, they are read anew from the traces' rows.
struct TimeSpan {
  private(set) var first: UnixNanoseconds
  private(set) var last: UnixNanoseconds
  private var isStale = false

  init() {
    first = UnixNanoseconds(.max)
    last = UnixNanoseconds(0)
  }

  init(first: UnixNanoseconds, last: UnixNanoseconds) {
    self.first = first
    self.last = last
  }

  mutating func add(_ trace: TraceEntry) {
    first = min(first, trace.startTime)
    last = max(last, trace.endTime)
  }

  /// A trace goes (it may come again at once, changed).
  mutating func remove(_ trace: TraceEntry) {
    if trace.startTime <= first || trace.endTime >= last { isStale = true }
  }

  /// A trace changes its times: no reading anew while they only grow apart.
  mutating func replace(_ old: TraceEntry, with new: TraceEntry) {
    if (old.startTime <= first && new.startTime > old.startTime) || (old.endTime >= last && new.endTime < old.endTime) {
      isStale = true
    }
    add(new)
  }

  /// Reads both ends anew if they may be wrong. `query` takes the owner's key and answers least start, greatest end.
  mutating func read(_ query: Statement, key: Int64) throws {
    guard isStale else { return }
    query.bind(key, at: 1)
    guard try query.step() else { return }
    first = UnixNanoseconds(stored: query.integer(0))
    last = UnixNanoseconds(stored: query.integer(1))
    query.reset()
    isStale = false
  }
}
