import Synchronization

/// Tells those who follow the changes that there are new ones. It holds none of them: who is slow finds them in the
/// file.
final class ChangeFeed: Sendable {
  private struct State {
    var followers: [UInt64: @Sendable () -> Void] = [:]
    var nextID: UInt64 = 0
  }

  private let state = Mutex(State())
  private let writes = Atomic<UInt64>(0)

  /// Another one after everything that was written, before anyone is told that it was.
  var version: UInt64 { writes.load(ordering: .acquiring) }

  func wrote() { writes.add(1, ordering: .releasing) }

  func follow(_ tell: @escaping @Sendable () -> Void) -> ChangeFollower {
    let id = state.withLock { state in
      state.nextID += 1
      state.followers[state.nextID] = tell
      return state.nextID
    }
    return ChangeFollower(feed: self, id: id)
  }

  func announce() {
    for tell in state.withLock({ Array($0.followers.values) }) { tell() }
  }

  fileprivate func leave(_ id: UInt64) { _ = state.withLock { $0.followers.removeValue(forKey: id) } }
}

/// Someone who follows the changes.
package struct ChangeFollower: Sendable {
  fileprivate let feed: ChangeFeed
  fileprivate let id: UInt64

  package func cancel() { feed.leave(id) }
}
