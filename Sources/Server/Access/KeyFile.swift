import Glibc
import JSON
import Telemetry

/// The file that holds the digests of the keys: one JSON object a line, readable by its owner alone.
package enum KeyFile {
  package struct Failure: Error, Sendable {
    package var message: String
    package var hint: String
  }

  /// Keys that a file may hold; each is compared with what a request brings.
  package static let keysMax = 1_000
  /// Bytes of a file.
  private static let bytesMax = 1 << 20

  /// Beside the database unless the operator says otherwise.
  package static func path(besides database: String) -> String { database + ".keys" }

  /// No file: no keys.
  package static func read(_ path: String) throws(Failure) -> [APIKey] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0, errno == ENOENT { return [] }
    guard descriptor >= 0 else { throw failure("can't read the keys in \(path)", errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("can't read the keys in \(path)", errno) }
    guard status.st_mode & 0o022 == 0 else {
      throw Failure(message: "others may write to the keys in \(path)", hint: "chmod 600 \(path)")
    }
    return try parse(try bytes(descriptor, path), path)
  }

  /// Replaces the file at once: a reader sees the old keys or the new ones.
  package static func write(_ keys: [APIKey], to path: String) throws(Failure) {
    let draft = path + ".new"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let reason = errno
      if reason == EEXIST {
        throw Failure(
          message: "\(draft) is there already: another steno keys is at work, or was interrupted",
          hint: "if none is running, delete that file and try again")
      }
      throw failure("can't write \(draft)", reason)
    }
    var text = keys.map { line($0) }.joined()
    let isWritten =
      text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) == $0.count } && fsync(descriptor) == 0
    let reason = errno
    close(descriptor)
    guard isWritten, rename(draft, path) == 0 else {
      let reason = isWritten ? errno : reason
      unlink(draft)
      throw failure("can't write \(path)", reason)
    }
  }

  private static func bytes(_ descriptor: Int32, _ path: String) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= bytesMax {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw failure("can't read the keys in \(path)", errno) }
      if count == 0 { return bytes }
      bytes += chunk.prefix(count)
    }
    throw Failure(message: "\(path) is larger than \(bytesMax) bytes", hint: "is it a file of keys?")
  }

  private static func parse(_ bytes: [UInt8], _ path: String) throws(Failure) -> [APIKey] {
    var keys: [APIKey] = []
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if line.isEmpty { continue }
      guard let key = key(String(decoding: line, as: UTF8.self)), keys.count < keysMax else {
        throw Failure(
          message: "line \(index + 1) of \(path) is no key",
          hint: "keys are made with steno keys add; a file holds \(keysMax) at the most")
      }
      keys.append(key)
    }
    return keys
  }

  private static func key(_ line: String) -> APIKey? {
    guard let json = try? JSONValue.parse(line, depthMax: 4), let id = json["id"]?.string, !id.isEmpty,
      let scope = json["scope"]?.string.flatMap(APIKey.Scope.init(rawValue:)),
      let digest = (json["sha256"]?.string).flatMap({ Hex.decode($0.utf8) }), digest.count == 32
    else { return nil }
    return APIKey(
      id: id, name: json["name"]?.string ?? "", scope: scope, project: json["project"]?.string.map(ProjectName.init),
      digest: digest, created: json["created"]?.string.flatMap { UnixNanoseconds(rfc3339: $0) })
  }

  private static func line(_ key: APIKey) -> String {
    var json = JSONWriter()
    json.beginObject()
    for (name, value) in [
      ("id", key.id), ("name", key.name), ("scope", key.scope.rawValue), ("project", key.project?.text),
      ("sha256", Hex.encode(key.digest)), ("created", key.created?.rfc3339),
    ] {
      guard let value else { continue }
      json.key(name)
      json.string(value)
    }
    json.endObject()
    return json.text + "\n"
  }

  private static func failure(_ text: String, _ number: Int32) -> Failure {
    Failure(message: "\(text): \(String(cString: strerror(number)))", hint: "name another file with --api-keys-file")
  }
}

/// What tells one state of a file from another without reading it; nil: there is no such file.
struct FileStamp: Equatable {
  private let inode: UInt64
  private let size: Int64
  private let seconds: Int64
  private let nanoseconds: Int64

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    seconds = Int64(status.st_mtim.tv_sec)
    nanoseconds = Int64(status.st_mtim.tv_nsec)
  }
}
