import Compression
import Glibc

/// A file that is imported, mapped into memory: whatever its size, only what is read just now takes any. What comes
/// through a pipe is put into a nameless temporary file first.
final class ImportFile {
  /// As it was named; `-` is standard input.
  let name: String
  let bytes: UnsafeRawBufferPointer
  private var forgotten = 0

  init(_ name: String) throws(CommandFailure) {
    self.name = name
    func failure(_ verb: String) -> CommandFailure {
      CommandFailure("can't \(verb) \(name): \(String(cString: strerror(errno)))")
    }
    var descriptor = name == "-" ? dup(STDIN_FILENO) : open(name, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read") }
    if status.st_mode & S_IFMT == S_IFDIR { throw CommandFailure("\(name) is a folder", hint: "name its files") }
    if status.st_mode & S_IFMT != S_IFREG {
      guard let spooled = Self.spool(descriptor) else { throw failure("read") }
      close(descriptor)
      descriptor = spooled
      guard fstat(descriptor, &status) == 0 else { throw failure("read") }
    }
    let count = Int(status.st_size)
    if count == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
      throw failure("read")
    }
    madvise(address, count, MADV_SEQUENTIAL)
    bytes = UnsafeRawBufferPointer(start: address, count: count)
  }

  /// Gives the memory of what lies before `position` back; reading it again would read the file again.
  func forget(before position: Int) {
    let pageBytes = Int(getpagesize())
    let end = position / pageBytes * pageBytes
    guard let address = bytes.baseAddress, end > forgotten else { return }
    madvise(UnsafeMutableRawPointer(mutating: address + forgotten), end - forgotten, MADV_DONTNEED)
    forgotten = end
  }

  deinit {
    if let address = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: address), bytes.count) }
  }

  private static func spool(_ source: Int32) -> Int32? {
    var path = Array("\(Environment.process()["TMPDIR"] ?? "/var/tmp")/steno-import-XXXXXX".utf8CString)
    let copy = mkstemp(&path)
    guard copy >= 0 else { return nil }
    unlink(path)
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(source, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count == 0 { return copy }
      var rest = buffer.prefix(max(0, count))
      while !rest.isEmpty {
        let written = rest.withUnsafeBytes { write(copy, $0.baseAddress, $0.count) }
        if written <= 0 { break }
        rest = rest.dropFirst(written)
      }
      if count < 0 || !rest.isEmpty {
        close(copy)
        return nil
      }
    }
  }
}

/// The content of a file from its beginning to its end, decompressed where it is compressed, with a window that slides.
struct ByteWindow {
  private let file: ImportFile?
  private var stream: ContentStream?
  private var position = 0
  private var bytes: [UInt8]
  private var start = 0
  /// Bytes of the content before the window, and lines.
  private var passed = 0
  private(set) var line = 1
  private static let stepBytes = 1 << 20

  init(_ file: ImportFile) throws(CommandFailure) {
    self.file = file
    bytes = []
    if let encoding = ContentStream.encoding(of: file.bytes) {
      do throws(CompressionError) {
        stream = try ContentStream(file.bytes, encoding)
      } catch {
        throw CommandFailure("\(file.name): \(error)")
      }
    }
  }

  /// Content that is at hand already.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    file = nil
  }

  /// Where in the content the next byte lies.
  var offset: Int { passed + start }

  /// The byte so many behind the next one; nil behind the end.
  mutating func peek(_ distance: Int = 0) throws(CommandFailure) -> UInt8? {
    while start + distance >= bytes.count {
      if try !fill() { return nil }
    }
    return bytes[start + distance]
  }

  /// Takes bytes that `peek` has seen.
  mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    let taken = bytes[start..<min(start + count, bytes.count)]
    for byte in taken where byte == UInt8(ascii: "\n") { line += 1 }
    start += taken.count
    return taken
  }

  /// False at the end of the content.
  private mutating func fill() throws(CommandFailure) -> Bool {
    guard let file else { return false }
    if start > 0 {
      bytes.removeFirst(start)
      passed += start
      start = 0
    }
    if stream == nil {
      let end = min(position + Self.stepBytes, file.bytes.count)
      bytes.append(contentsOf: file.bytes[position..<end])
      defer {
        position = end
        file.forget(before: end)
      }
      return end > position
    }
    var step = [UInt8](repeating: 0, count: Self.stepBytes)
    do throws(CompressionError) {
      let count = try read(into: &step)
      bytes += step.prefix(count)
      file.forget(before: stream?.consumedCount ?? 0)
      return count > 0
    } catch {
      throw CommandFailure("\(file.name): behind byte \(passed + bytes.count) of the content: \(error)")
    }
  }

  private mutating func read(into step: inout [UInt8]) throws(CompressionError) -> Int {
    var failure: CompressionError?
    var count = 0
    step.withUnsafeMutableBytes { out in
      do throws(CompressionError) { count = try stream?.read(into: out) ?? 0 } catch { failure = error }
    }
    if let failure { throw failure }
    return count
  }
}
