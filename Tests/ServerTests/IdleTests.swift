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
  }
}
