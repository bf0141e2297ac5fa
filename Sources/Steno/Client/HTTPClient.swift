import Glibc

/// One request over one connection, for the commands that talk to a running Steno. Blocking; it has no use elsewhere.
struct HTTPClient {
  struct Answer {
    var status: Int
    var body: [UInt8]
  }

  let url: HTTPURL
  /// Seconds that connecting, sending and receiving may each take.
  var timeoutSeconds = 10
  /// Where the server asks for one.
  var key: String?

  func get(_ path: String) throws(CommandFailure) -> Answer { try send("GET", path, headers: [], body: []) }

  func post(_ path: String, contentType: String, _ body: [UInt8]) throws(CommandFailure) -> Answer {
    try send("POST", path, headers: ["Content-Type: \(contentType)", "Content-Length: \(body.count)"], body: body)
  }

  private func send(
    _ method: String, _ path: String, headers: [String], body: [UInt8]
  ) throws(CommandFailure) -> Answer {
    let socket = try connect()
    defer { close(socket) }
    let head =
      ["\(method) \(path) HTTP/1.1", "Host: \(url.host):\(url.port)", "Connection: close"]
      + (key.map { ["Authorization: Bearer \($0.singleLine)"] } ?? []) + headers
    try write(Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body, to: socket)
    return try parse(try readAll(socket))
  }

  func connect() throws(CommandFailure) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(url.host, String(url.port), &hints, &list) == 0 else {
      throw CommandFailure("the host \(url.host) is unknown", hint: "name the server with --url")
    }
    defer { freeaddrinfo(list) }
    var next = list
    while let address = next?.pointee {
      let socket = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
      if socket >= 0 {
        var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        if Glibc.connect(socket, address.ai_addr, address.ai_addrlen) == 0 { return socket }
        close(socket)
      }
      next = address.ai_next
    }
    throw CommandFailure(
      "nobody answers at \(url.origin)", hint: "start steno there, or name another server with --url")
  }

  func write(_ bytes: [UInt8], to socket: Int32) throws(CommandFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if written < 0, errno == EINTR { continue }
      // The answer may be there already, and say why no more is read.
      if written <= 0 { return }
      rest = rest.dropFirst(written)
    }
  }

  private func readAll(_ socket: Int32) throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count < 64 << 20 {
      let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw CommandFailure("\(url.origin) does not answer in \(timeoutSeconds) s") }
      if count == 0 { break }
      bytes += buffer.prefix(count)
    }
    return bytes
  }

  /// The connection is closed behind the answer, so that its body is all that follows the head.
  private func parse(_ bytes: [UInt8]) throws(CommandFailure) -> Answer {
    let end = Array("\r\n\r\n".utf8)
    guard let head = bytes.indices.first(where: { bytes[$0...].starts(with: end) }),
      let status = Int(String(decoding: bytes.prefix(12).suffix(3), as: UTF8.self)), bytes.starts(with: "HTTP/1.".utf8)
    else { throw CommandFailure("what answers at \(url.origin) is no HTTP server") }
    return Answer(status: status, body: Array(bytes[(head + 4)...]))
  }
}
