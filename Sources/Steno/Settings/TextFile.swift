import Glibc

/// A file that the operator names.
enum TextFile {
  /// - Parameter origin: the flag or variable that named it.
  static func read(_ path: String, as origin: String, bytesMax: Int) throws(CommandFailure) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, origin) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw failure(path, origin) }
      if count == 0 { break }
      bytes += chunk.prefix(count)
      if bytes.count > bytesMax { throw .usage("\(origin): \(path) is larger than \(bytesMax) bytes") }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .usage("\(origin): \(path) is not UTF-8") }
    return text
  }

  private static func failure(_ path: String, _ origin: String) -> CommandFailure {
    CommandFailure("\(origin): can't read \(path): \(String(cString: strerror(errno)))", code: 2)
  }
}

extension String {
  /// For messages of one line: control characters and line ends become spaces.
  var singleLine: String {
    let scalars = unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control || scalar.value == 0x2028 || scalar.value == 0x2029 ? " " : scalar
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
