import Synchronization

/// Lets one warning a second through, with how many were held back before it: an overload must not fill the log.
final class WarningThrottle: Sendable {
  private struct State {
    var next: ContinuousClock.Instant?
    var heldBack = 0
  }

  private let interval: Duration
  private let state = Mutex(State())

  init(interval: Duration = .seconds(1)) { self.interval = interval }

  /// How many were held back since the last one; nil: hold this one back, too.
  func pass(_ now: ContinuousClock.Instant) -> Int? {
    state.withLock { state in
      if let next = state.next, now < next {
        state.heldBack += 1
        return nil
      }
      defer { state = State(next: now + interval) }
      return state.heldBack
    }
  }
}
