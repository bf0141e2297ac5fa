import Testing

@testable import Server

/// What a connection may keep the server waiting for, on a clock of the test's own.
@Suite struct PaceTests {
  private let start = ContinuousClock.now

  private func pace() -> RequestPace {
    RequestPace(headSecondsMax: 10, bodyPauseSecondsMax: 5, bodyBytesPerSecondMin: 1_000)
  }

  private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

  @Test func aNewConnectionOwesARequest() {
    var pace = pace()
    #expect(pace.deadline == nil)
    pace.beganReading(at(0))
    #expect(pace.deadline == at(10))
  }

  @Test func bytesOfAHeadBuyNoTime() {
    var pace = pace()
    for second in 0..<9 {
      pace.beganReading(at(second))
      pace.received(at(second + 1))
      pace.endedReading(at(second + 1))
    }
    pace.beganReading(at(9))
    #expect(pace.deadline == at(10))
  }

  @Test func bytesOfABodyBuyTimeAtTheLeastSpeed() {
    var pace = pace()
    pace.beganReading(at(0))
    pace.headEnded(at(3))
    #expect(pace.deadline == at(8))
    pace.received(at(3))
    #expect(pace.deadline == at(8))
    pace.receivedBody(4_000)
    #expect(pace.deadline == at(12))
  }

  @Test func timeInWhichNobodyReadsDoesNotCount() {
    var pace = pace()
    pace.beganReading(at(0))
    pace.headEnded(at(0))
    pace.endedReading(at(2))
    #expect(pace.deadline == nil)
    pace.beganReading(at(100))
    #expect(pace.deadline == at(103))
  }

  @Test func betweenRequestsAConnectionMayRest() {
    var pace = pace()
    pace.beganReading(at(0))
    pace.headEnded(at(1))
    pace.requestEnded(at(1))
    #expect(pace.deadline == nil)
    pace.received(at(60))
    #expect(pace.deadline == at(70))
  }

  @Test func oneWarningASecondPasses() {
    let throttle = WarningThrottle(interval: .seconds(1))
    #expect(throttle.pass(at(0)) == 0)
    #expect(throttle.pass(at(0)) == nil)
    #expect(throttle.pass(at(0)) == nil)
    #expect(throttle.pass(at(1)) == 2)
    #expect(throttle.pass(at(5)) == 0)
  }
}
