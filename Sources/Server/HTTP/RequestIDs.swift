import Synchronization
import Telemetry

/// Names requests in the log: a number that grows by one, behind a word that differs from process to process.
final class RequestIDs: Sendable {
  private let process = Hex.encode((0..<4).map { _ in UInt8.random(in: .min ... .max) })
  private let last = Atomic<UInt64>(0)

  func next() -> UInt64 { last.wrappingAdd(1, ordering: .relaxed).newValue }

  func name(_ number: UInt64) -> String { process + "-" + String(number) }
}
