import Synchronization

/// The bytes of request bodies that may be in memory at once. A body whose bytes do not fit waits, unread, in the order
/// of arrival: TCP holds its client back, which costs less than an answer that sends the client away. What has waited
/// too long is refused.
final class BodyBudget: Sendable {
  private struct Waiter {
    let id: UInt64
    let bytes: Int
    let resume: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var used = 0
    var nextID: UInt64 = 0
    var waiters: [Waiter] = []
  }

  let spares = SpareBodies()
  private let bytesMax: Int
  private let wait: Duration
  private let state = Mutex(State())

  init(bytesMax: Int, wait: Duration) {
    self.bytesMax = bytesMax
    self.wait = wait
  }

  /// Bytes that are taken now.
  var used: Int { state.withLock { $0.used } }

  /// Takes `bytes`; false when they did not become free in time. A body larger than the whole budget is let in alone.
  func take(_ bytes: Int) async -> Bool {
    if tryTake(bytes) { return true }
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        enqueue(Waiter(id: id, bytes: bytes, resume: continuation))
        if Task.isCancelled { return giveUp(id) }
        Task { [wait] in
          try? await Task.sleep(for: wait)
          self.giveUp(id)
        }
      }
    } onCancel: {
      giveUp(id)
    }
  }

  /// Takes `bytes` at once or not at all; those who wait go first.
  func tryTake(_ bytes: Int) -> Bool {
    state.withLock { state in
      guard state.waiters.isEmpty, fits(bytes, state) else { return false }
      state.used += bytes
      return true
    }
  }

  /// Takes `bytes` more for a body that was let in already and holds `own`, whoever waits. Where it is alone, it may be
  /// larger than the whole budget.
  func tryExtend(_ bytes: Int, own: Int) -> Bool {
    state.withLock { state in
      guard state.used == own || state.used + bytes <= bytesMax else { return false }
      state.used += bytes
      return true
    }
  }

  func giveBack(_ bytes: Int) {
    let admitted = state.withLock { state in
      state.used -= bytes
      return admit(&state)
    }
    for waiter in admitted { waiter.resume.resume(returning: true) }
  }

  private func enqueue(_ waiter: Waiter) {
    let admitted = state.withLock { state in
      state.waiters.append(waiter)
      return admit(&state)
    }
    for waiter in admitted { waiter.resume.resume(returning: true) }
  }

  private func giveUp(_ id: UInt64) {
    let (waiter, admitted) = state.withLock { state -> (Waiter?, [Waiter]) in
      guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return (nil, []) }
      let waiter = state.waiters.remove(at: index)
      return (waiter, admit(&state))
    }
    waiter?.resume.resume(returning: false)
    for waiter in admitted { waiter.resume.resume(returning: true) }
  }

  private func admit(_ state: inout State) -> [Waiter] {
    var admitted: [Waiter] = []
    while let first = state.waiters.first, fits(first.bytes, state) {
      state.used += first.bytes
      admitted.append(state.waiters.removeFirst())
    }
    return admitted
  }

  private func fits(_ bytes: Int, _ state: State) -> Bool { state.used == 0 || state.used + bytes <= bytesMax }
}
