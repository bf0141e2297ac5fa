import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps a second Steno off the file: its rows follow the spans by difference, from what one writer remembers.
/// `flock` is independent of the POSIX locks that SQLite takes on the same file. The descriptor stays open as long as
/// the store does, since closing any descriptor of a file gives up the process's POSIX locks on it.
package final class ProcessLock: Sendable {
  private let descriptor: Int32
  private let isReleased = Atomic(false)

  package init(path: String) throws(StoreError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .unusable(
        "cannot open \(path): \(String(cString: strerror(errno)))",
        hint: "check that the folder exists and can be written to, or choose another file with --data")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .unusable(
        "\(path) is in use by another Steno", hint: "stop that one, or choose another file with --data")
    }
  }

  deinit { release() }

  /// To be called when the last connection is closed.
  package func release() {
    if isReleased.exchange(true, ordering: .acquiringAndReleasing) { return }
    close(descriptor)
  }
}
