import Synchronization

/// How many answers of one kind are being written at the same time.
final class StreamSlots: Sendable {
  /// One of them; its place is free when nobody holds this any more.
  final class Slot: Sendable {
    private let streams: StreamSlots

    fileprivate init(_ streams: StreamSlots) { self.streams = streams }

    deinit { streams.open.withLock { $0 -= 1 } }
  }

  let max: Int
  private let open = Mutex(0)

  init(max: Int) { self.max = max }

  /// nil: too many are open.
  func take() -> Slot? {
    let isFree = open.withLock { open in
      if open >= max { return false }
      open += 1
      return true
    }
    return isFree ? Slot(self) : nil
  }
}
