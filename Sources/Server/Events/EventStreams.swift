import Synchronization

/// How many event streams are open.
final class EventStreams: Sendable {
  /// One open stream; it is closed when nobody holds this any more.
  final class Slot: Sendable {
    private let streams: EventStreams

    fileprivate init(_ streams: EventStreams) { self.streams = streams }

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
