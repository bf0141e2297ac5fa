import NIOCore
import Synchronization

/// The open connections of the gRPC port, so that they are few enough and can be asked to end.
final class GRPCConnections: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isEnding = false
  }

  private let countMax: Int
  private let state = Mutex(State())

  init(countMax: Int) { self.countMax = countMax }

  /// Whether a connection that was accepted may stay.
  func begin(_ channel: any Channel) -> Bool {
    let isWelcome = state.withLock { state in
      if state.isEnding || state.channels.count >= countMax { return false }
      state.channels[ObjectIdentifier(channel)] = channel
      return true
    }
    if isWelcome { channel.closeFuture.whenComplete { _ in self.end(channel) } }
    return isWelcome
  }

  /// Tells every client to open no further call here; the calls that have begun go on, and the connection ends with them.
  func quiesce() {
    for channel in end() { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
  }

  func close() {
    for channel in end() { channel.close(promise: nil) }
  }

  /// Returns once no connection is left. None is let in from now on.
  func wait() async {
    for channel in end() { try? await channel.closeFuture.get() }
  }

  private func end() -> [any Channel] {
    state.withLock { state in
      state.isEnding = true
      return Array(state.channels.values)
    }
  }

  private func end(_ channel: any Channel) {
    state.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
  }
}

/// How many calls are open, over all connections.
final class OpenCalls: Sendable {
  private let countMax: Int
  private let count = Atomic<Int>(0)

  init(countMax: Int) { self.countMax = countMax }

  /// Whether there was a place for it; either way it must end.
  func begin() -> Bool { count.add(1, ordering: .relaxed).newValue <= countMax }

  func end() { count.subtract(1, ordering: .relaxed) }
}
