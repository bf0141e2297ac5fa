import Synchronization

/// One at a time, in the order of asking.
final class Turn: Sendable {
  private struct State {
    var isTaken = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// Returns when it is the caller's turn, which it must give back.
  func take() async {
    await withCheckedContinuation { turn in
      let isFree = state.withLock { state in
        if state.isTaken {
          state.waiting.append(turn)
          return false
        }
        state.isTaken = true
        return true
      }
      if isFree { turn.resume() }
    }
  }

  func giveBack() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      if !state.waiting.isEmpty { return state.waiting.removeFirst() }
      state.isTaken = false
      return nil
    }
    next?.resume()
  }
}
