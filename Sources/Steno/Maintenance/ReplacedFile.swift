import Glibc

/// A file that is written under another name beside it, and takes its own when it is whole and on disk. Readable by its
/// owner alone. Not finished, it leaves nothing behind.
final class ReplacedFile {
  let path: String
  /// Where it is until it is finished.
  let partial: String
  private var descriptor: Int32
  private var isFinished = false

  /// - Parameter isForced: a file of that name may be there already; it is replaced.
  init(_ path: String, isForced: Bool) throws(CommandFailure) {
    self.path = path
    partial = path + ".partial"
    descriptor = -1
    if !isForced, access(path, F_OK) == 0 {
      throw CommandFailure("\(path) is there already", hint: "--force replaces it")
    }
    unlink(partial)
    descriptor = open(partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor < 0 { throw failure("create") }
  }

  deinit {
    if isFinished { return }
    close(descriptor)
    for end in ["", "-wal", "-shm", "-journal"] { unlink(partial + end) }
  }

  func write(_ bytes: [UInt8]) throws(CommandFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      if written <= 0 { throw failure("write") }
      rest = rest.dropFirst(written)
    }
  }

  /// Returns when the file, and its name, are on disk.
  func finish() throws(CommandFailure) {
    if fsync(descriptor) != 0 { throw failure("write") }
    close(descriptor)
    if rename(partial, path) != 0 { throw failure("name") }
    isFinished = true
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }

  private func failure(_ verb: String) -> CommandFailure {
    CommandFailure("can't \(verb) \(path): \(String(cString: strerror(errno)))")
  }
}
