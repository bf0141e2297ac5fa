import Glibc

/// A request as it goes over the wire.
struct RawRequest {
  var bytes: [UInt8]

  init(_ method: String, _ target: String, headers: [String] = [], body: [UInt8]? = nil) {
    var lines = ["\(method) \(target) HTTP/1.1", "Host: 127.0.0.1"] + headers
    if let body { lines.append("Content-Length: \(body.count)") }
    bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? [])
  }
}

/// An answer as it came over the wire.
struct RawResponse: Sendable {
  var status: Int
  /// In the order in which they came, names in lowercase.
  var headers: [(name: String, value: String)]
  var body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }

  subscript(name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// A blocking TCP connection to the server under test; every read waits at most five seconds.
final class RawConnection {
  private let socket: Int32
  private var buffer: [UInt8] = []

  init(port: Int) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw TestFailure("connect: errno \(errno)") }
  }

  func close() { Glibc.close(socket) }

  /// Returns how many bytes the kernel took before the other side stopped it.
  @discardableResult
  func write(_ bytes: [UInt8]) throws -> Int {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if written < 0, errno == EINTR { continue }
      if written <= 0 { break }
      rest = rest.dropFirst(written)
    }
    return bytes.count - rest.count
  }

  func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// The next answer with a body of the length that it names.
  func readResponse(isHead: Bool = false) throws -> RawResponse {
    let end = Array("\r\n\r\n".utf8)
    var head: Int?
    while true {
      head = buffer.indices.first { buffer[$0...].starts(with: end) }
      if head != nil { break }
      guard try fill() else { throw TestFailure("the connection ended before an answer") }
    }
    let lines = String(decoding: buffer.prefix(head ?? 0), as: UTF8.self).split(separator: "\r\n")
    buffer.removeFirst((head ?? 0) + 4)
    let headers = lines.dropFirst().map { line in
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      return (name: line[..<colon].lowercased(), value: String(line[colon...].dropFirst().drop { $0 == " " }))
    }
    guard let status = lines.first.flatMap({ Int($0.split(separator: " ").dropFirst().first ?? "") }) else {
      throw TestFailure("no status line")
    }
    var response = RawResponse(status: status, headers: headers, body: [])
    let length = isHead || status == 100 || status == 204 ? 0 : Int(response["content-length"] ?? "") ?? 0
    while buffer.count < length { guard try fill() else { throw TestFailure("the body ended early") } }
    response.body = Array(buffer.prefix(length))
    buffer.removeFirst(length)
    return response
  }

  /// The next so many bytes.
  func read(_ count: Int) throws -> [UInt8] {
    while buffer.count < count { guard try fill() else { throw TestFailure("the connection ended early") } }
    defer { buffer.removeFirst(count) }
    return Array(buffer.prefix(count))
  }

  /// Whether the server has closed its side, with nothing before it.
  func isAtEnd() throws -> Bool { try buffer.isEmpty && !fill() }

  private func fill() throws -> Bool {
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let count = chunk.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
    if count < 0 { throw TestFailure("recv: errno \(errno)") }
    buffer += chunk.prefix(count)
    return count > 0
  }
}
