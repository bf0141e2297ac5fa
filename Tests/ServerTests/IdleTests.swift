import Server
import Telemetry
import Testing

extension LiveTests {
  /// A kept-alive connection that nobody uses.
  @Suite struct IdleTests {
    @Test func anIdleConnectionIsClosed() async throws {
      var limits = Limits()
      limits.idleSecondsMax = 1
      try await LiveServer.run(limits: limits) { server in
        try await server.connect { connection in
          // Used within the time it stays, however long all of it is.
          let begun = ContinuousClock.now
          while ContinuousClock.now - begun < .milliseconds(1_500) {
            try connection.write(RawRequest("GET", "/healthz").bytes)
            #expect(try connection.readResponse().status == 200)
          }
          let idle = ContinuousClock.now
          #expect(try connection.isAtEnd())
          #expect(ContinuousClock.now - idle >= .milliseconds(900))
        }
      }
    }

    /// Of HTTP/2 the client sends its preface, or only the beginning of one, and never calls.
    @Test(arguments: ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0", "PRI"])
    func aConnectionWithoutACallIsToldToGo(preface: String) async throws {
      var limits = Limits()
      limits.idleSecondsMax = 1
      try await LiveServer.run(limits: limits, configure: { $0.grpcPort = 0 }) { server in
        let port = try #require(server.grpcPort)
        try await server.connect(port: port) { connection in
          try connection.write(preface)
          let begun = ContinuousClock.now
          // Frames are their length in three bytes, their type, and five more. Source: RFC 9113 §4.1.
          let goAway: UInt8 = 7
          var type: UInt8
          repeat {
            let head = try connection.read(9)
            type = head[3]
            _ = try connection.read(Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2]))
          } while type != goAway
          #expect(ContinuousClock.now - begun >= .milliseconds(900))
        }
      }
    }
  }
}
