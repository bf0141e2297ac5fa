import Glibc

/// The process's own streams and end. Written without a buffer, so that a reader at a pipe sees each text at once.
enum Terminal {
  static func output(_ text: String) { write(Array(text.utf8), to: STDOUT_FILENO) }

  static func output(bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

  static func error(_ text: String) { write(Array(text.utf8), to: STDERR_FILENO) }

  static func exit(_ code: Int32) -> Never { Glibc.exit(code) }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno != EINTR { return }
      rest = rest.dropFirst(max(0, written))
    }
  }
}
