import Glibc

/// How far a long command is: a line that is written over, on a terminal alone.
struct Progress {
  private let isShown = isatty(STDERR_FILENO) == 1
  private var shown = ""
  private var next = ContinuousClock.now

  /// At most ten times a second.
  mutating func show(_ text: @autoclosure () -> String) {
    guard isShown, ContinuousClock.now >= next else { return }
    next = ContinuousClock.now + .milliseconds(100)
    let text = text()
    let rest = String(repeating: " ", count: max(0, shown.count - text.count))
    Terminal.error("\r\(text)\(rest)")
    shown = text
  }

  /// Wipes the line.
  mutating func end() {
    if !shown.isEmpty { Terminal.error("\r" + String(repeating: " ", count: shown.count) + "\r") }
    shown = ""
  }
}
