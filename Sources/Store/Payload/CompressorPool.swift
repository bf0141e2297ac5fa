import Compression
import Synchronization

/// Compression contexts, lent to one thread at a time.
///
/// `@unchecked Sendable` holds: a context is reached only by the thread that took it out of the locked list.
final class CompressorPool: @unchecked Sendable {
  private let lock = Mutex(())
  private var idle: [ZstdCompressor] = []

  func compress(_ bytes: [UInt8]) throws(StoreError) -> [UInt8] {
    do {
      let compressor = try lock.withLock { _ in idle.popLast() } ?? ZstdCompressor(level: 1)
      defer { lock.withLock { _ in idle.append(compressor) } }
      return try compressor.compress(bytes)
    } catch {
      throw .unavailable("compression failed: \(error)")
    }
  }
}
