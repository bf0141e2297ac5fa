/// How long a connection has kept the server waiting for a request. Only time counts in which the server was reading:
/// a body that has to wait for its place is not the client's fault. Knows no clock; it is told.
struct RequestPace {
  private enum Phase { case idle, head, body }

  private let headMax: Duration
  private let pauseMax: Duration
  private let bytesPerSecondMin: Int
  /// A new connection owes a request.
  private var phase = Phase.head
  private var waited = Duration.zero
  private var waitingSince: ContinuousClock.Instant?
  private var bodyBytes = 0

  init(headSecondsMax: Int, bodyPauseSecondsMax: Int, bodyBytesPerSecondMin: Int) {
    headMax = .seconds(headSecondsMax)
    pauseMax = .seconds(bodyPauseSecondsMax)
    bytesPerSecondMin = bodyBytesPerSecondMin
  }

  mutating func beganReading(_ now: ContinuousClock.Instant) { waitingSince = waitingSince ?? now }

  mutating func endedReading(_ now: ContinuousClock.Instant) {
    if let since = waitingSince { waited += now - since }
    waitingSince = nil
  }

  /// Something has come, whatever it is.
  mutating func received(_ now: ContinuousClock.Instant) {
    if phase == .idle { begin(.head, now) }
  }

  /// So much of the body itself has come: what stands around the chunks of one buys no time.
  mutating func receivedBody(_ bytes: Int) { bodyBytes += bytes }

  mutating func headEnded(_ now: ContinuousClock.Instant) { begin(.body, now) }

  mutating func requestEnded(_ now: ContinuousClock.Instant) { begin(.idle, now) }

  /// When the connection is to be closed if nothing more comes; nil: not for slowness.
  var deadline: ContinuousClock.Instant? {
    guard let since = waitingSince else { return nil }
    switch phase {
    case .idle: return nil
    case .head: return since + (headMax - waited)
    case .body: return since + (pauseMax + .seconds(bodyBytes / bytesPerSecondMin) - waited)
    }
  }

  private mutating func begin(_ phase: Phase, _ now: ContinuousClock.Instant) {
    self.phase = phase
    waited = .zero
    bodyBytes = 0
    // What was waited for belongs to the phase before.
    if waitingSince != nil { waitingSince = now }
  }
}
