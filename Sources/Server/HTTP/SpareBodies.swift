import Synchronization

/// Buffers of large bodies that are done with, for those that come: one from the system costs a page fault for every
/// 4 KiB that is written to it, a fiftieth of what a whole request costs. Bounded by bytes, and given back when nobody
/// wants one for a while.
final class SpareBodies: Sendable {
  private struct State {
    var buffers: [[UInt8]] = []
    var bytes = 0
    var isUsed = false
    var isWatched = false
  }

  /// Smaller buffers come from the heap, and go back there. The same as in `Memory`.
  private static let bufferBytesMin = 1 << 20
  /// What eight requests of 512 spans take, and a little more.
  private static let bytesMax = 20 << 20
  /// After one such time without use all are given back.
  private static let idle = Duration.seconds(5)

  private let state = Mutex(State())

  /// Bytes that are kept.
  var bytes: Int { state.withLock { $0.bytes } }

  /// An empty buffer with room for `count` bytes.
  func take(_ count: Int) -> [UInt8] {
    var buffer: [UInt8] = []
    guard count >= Self.bufferBytesMin else {
      buffer.reserveCapacity(count)
      return buffer
    }
    buffer = state.withLock { Self.take(count, from: &$0) }
    // One that a commit still holds is not cleared but replaced.
    buffer.removeAll(keepingCapacity: true)
    // Bodies of one client are nearly equally long: rounded up, a buffer fits the next one too. What is reserved costs
    // no memory until it is written.
    buffer.reserveCapacity((count + Self.bufferBytesMin - 1) / Self.bufferBytesMin * Self.bufferBytesMin)
    return buffer
  }

  /// Keeps a buffer that its owner is done with; others may hold it a moment longer.
  func keep(_ buffer: [UInt8]) {
    let isFirst = state.withLock { state in
      let count = buffer.capacity
      guard count >= Self.bufferBytesMin, state.bytes + count <= Self.bytesMax else { return false }
      state.buffers.append(buffer)
      state.bytes += count
      state.isUsed = true
      defer { state.isWatched = true }
      return !state.isWatched
    }
    if isFirst { watch() }
  }

  /// The smallest that is large enough, and not so large that most of it would lie idle.
  private static func take(_ count: Int, from state: inout State) -> [UInt8] {
    let fitting = state.buffers.indices.filter { count...(4 * count) ~= state.buffers[$0].capacity }
    guard let best = fitting.min(by: { state.buffers[$0].capacity < state.buffers[$1].capacity }) else { return [] }
    let buffer = state.buffers.remove(at: best)
    state.bytes -= buffer.capacity
    state.isUsed = true
    return buffer
  }

  private func watch() {
    Task { [weak self] in
      repeat { try? await Task.sleep(for: Self.idle) } while self?.wasUsed() == true
    }
  }

  /// Whether a buffer was taken or kept since the last time that this was asked. If none was, all are given back.
  func wasUsed() -> Bool {
    let idle = state.withLock { state -> [[UInt8]] in
      if state.isUsed {
        state.isUsed = false
        return []
      }
      defer { state = State() }
      return state.buffers
    }
    return idle.isEmpty
  }
}
