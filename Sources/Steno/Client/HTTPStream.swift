import Glibc

/// The answer to one request, read piece by piece: for what is long, and for what does not end.
final class HTTPStream {
  let status: Int
  private let headers: [String: String]
  private let socket: Int32
  private var buffer: [UInt8]
  private var framing: Framing

  private enum Framing {
    /// Bytes left.
    case length(Int)
    /// Bytes left of the chunk that is read; nil: a chunk's head is next.
    case chunked(Int?)
    case untilClosed
    case ended
  }

  /// Sends the request and reads the answer's head.
  /// - Parameter patience: seconds that the answer may take to begin, and each piece of it to come; nil: the client's.
  init(
    _ client: HTTPClient, _ method: String, _ path: String, headers: [String] = [], body: [UInt8] = [],
    patience: Int? = nil
  ) throws(CommandFailure) {
    socket = try client.connect()
    if let patience { Self.setPatience(patience, of: socket) }
    let url = client.url
    let lines =
      ["\(method) \(path) HTTP/1.1", "Host: \(url.host):\(url.port)", "Connection: close"] + headers
      + (body.isEmpty && method == "GET" ? [] : ["Content-Length: \(body.count)"])
    var received: [UInt8] = []
    do throws(CommandFailure) {
      try client.write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body, to: socket)
      let end = Array("\r\n\r\n".utf8)
      var searched = 0
      while true {
        if let head = received.firstRange(of: end, from: searched) {
          (status, self.headers) = try Self.parse(received[..<head], from: url)
          buffer = Array(received[(head + end.count)...])
          break
        }
        searched = max(0, received.count - end.count)
        guard received.count < 1 << 20, let more = Self.receive(socket), !more.isEmpty else {
          let seconds = patience ?? client.timeoutSeconds
          throw CommandFailure("\(url.origin) does not answer in \(seconds) s, or is no HTTP server")
        }
        received += more
      }
    } catch {
      close(socket)
      throw error
    }
    if self.headers["transfer-encoding"]?.lowercased() == "chunked" {
      framing = .chunked(nil)
    } else if let length = self.headers["content-length"].flatMap({ Int($0) }), length >= 0 {
      framing = .length(length)
    } else {
      framing = .untilClosed
    }
  }

  deinit { close(socket) }

  func header(_ name: String) -> String? { headers[name] }

  /// For how long `next` waits, in seconds.
  func setPatience(_ seconds: Int) { Self.setPatience(seconds, of: socket) }

  private static func setPatience(_ seconds: Int, of socket: Int32) {
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  /// The next piece of the body; nil at its end. Throws where the connection ends before.
  func next() throws(CommandFailure) -> [UInt8]? {
    while true {
      switch framing {
      case .ended: return nil
      case .length(let left):
        if left == 0 { return end() }
        if buffer.isEmpty { try fill() }
        let piece = Array(buffer.prefix(left))
        buffer.removeFirst(piece.count)
        framing = .length(left - piece.count)
        return piece
      case .untilClosed:
        if buffer.isEmpty {
          guard let more = Self.receive(socket), !more.isEmpty else { return end() }
          return more
        }
        defer { buffer = [] }
        return buffer
      case .chunked(nil):
        guard let line = try chunkHead() else { continue }
        if line == 0 { return end() }
        framing = .chunked(line)
      case .chunked(.some(let left)):
        if left == 0 {
          framing = .chunked(nil)
          continue
        }
        if buffer.isEmpty { try fill() }
        let piece = Array(buffer.prefix(left))
        buffer.removeFirst(piece.count)
        framing = .chunked(left - piece.count)
        return piece
      }
    }
  }

  /// The whole rest of the body.
  func rest() throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try next() { bytes += piece }
    return bytes
  }

  private func end() -> [UInt8]? {
    framing = .ended
    return nil
  }

  /// The size of the next chunk; nil for the line end behind the one before.
  private func chunkHead() throws(CommandFailure) -> Int? {
    while true {
      if let newline = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffer[..<newline].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "\r") }
        buffer.removeFirst(newline + 1)
        if line.isEmpty { return nil }
        guard let size = Int(String(decoding: line, as: UTF8.self), radix: 16), size >= 0 else {
          throw CommandFailure("the answer is not framed as HTTP says")
        }
        return size
      }
      if buffer.count > 1_024 { throw CommandFailure("the answer is not framed as HTTP says") }
      try fill()
    }
  }

  private func fill() throws(CommandFailure) {
    guard let more = Self.receive(socket), !more.isEmpty else {
      throw CommandFailure("the connection ended amid the answer")
    }
    buffer += more
  }

  /// Bytes as they come; none at the end, nil on an error.
  private static func receive(_ socket: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = bytes.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { return nil }
      bytes.removeLast(bytes.count - count)
      return bytes
    }
  }

  private static func parse(
    _ head: ArraySlice<UInt8>, from url: HTTPURL
  ) throws(CommandFailure) -> (Int, [String: String]) {
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    let first = lines.first?.split(separator: " ") ?? []
    guard let version = first.first, version.hasPrefix("HTTP/1."), first.count > 1, let status = Int(first[1]) else {
      throw CommandFailure("what answers at \(url.origin) is no HTTP server")
    }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      var value = line[line.index(after: colon)...]
      while value.first == " " { value.removeFirst() }
      headers[line[..<colon].lowercased()] = String(value)
    }
    return (status, headers)
  }
}

extension [UInt8] {
  /// Where these bytes begin first, from a place on.
  fileprivate func firstRange(of pattern: [UInt8], from start: Int) -> Int? {
    guard count >= pattern.count else { return nil }
    return (start...count - pattern.count).first { self[$0..<$0 + pattern.count].elementsEqual(pattern) }
  }
}
