import Telemetry

/// The states of recently touched traces, so that a trace that arrives in several requests is not read back from its
/// blocks each time. Bounded by bytes; the longest untouched goes first.
struct TraceCache {
  private let bytesMax: Int
  private var states: [TraceID: (state: TraceState, bytes: Int, touched: UInt64)] = [:]
  private var bytes = 0
  private var clock: UInt64 = 0

  init(bytesMax: Int) { self.bytesMax = bytesMax }

  mutating func state(of traceID: TraceID) -> TraceState? {
    guard let entry = states[traceID] else { return nil }
    clock += 1
    states[traceID]?.touched = clock
    return entry.state
  }

  mutating func keep(_ state: TraceState) {
    clock += 1
    bytes += state.estimatedBytes - (states[state.traceID]?.bytes ?? 0)
    states[state.traceID] = (state, state.estimatedBytes, clock)
  }

  mutating func forget(_ traceID: TraceID) {
    if let entry = states.removeValue(forKey: traceID) { bytes -= entry.bytes }
  }

  mutating func removeAll() {
    states.removeAll()
    bytes = 0
  }

  /// Brings the cache back under its bound. A quarter goes at once, so that the sort is paid once for many.
  mutating func trim() {
    guard bytes > bytesMax else { return }
    for (traceID, entry) in states.sorted(by: { $0.value.touched < $1.value.touched }) {
      states[traceID] = nil
      bytes -= entry.bytes
      if bytes <= bytesMax * 3 / 4 { return }
    }
  }
}
