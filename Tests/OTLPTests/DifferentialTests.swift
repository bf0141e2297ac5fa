import FoundationEssentials
import OTLP
import SwiftProtobuf
import Telemetry
import Testing

/// Damaged requests, read by swift-protobuf and by ours. DIFFERENTIAL_ROUNDS sets how many, beside those of every run.
struct DifferentialTests {
  private static let rounds =
    ProcessInfo.processInfo.environment["DIFFERENTIAL_ROUNDS"].flatMap { UInt64($0) } ?? 40

  /// What swift-protobuf reads, ours reads, and to the same values. What it refuses for invalid UTF-8 ours keeps as sent,
  /// so that only this direction is a law.
  @Test(arguments: 0..<rounds) func whatTheOracleReadsHasItsValues(seed: UInt64) throws {
    var messages = RandomMessages(seed: seed)
    let whole = try messages.traces().encoded
    var random = SeededGenerator(seed: seed ^ 0xD1FF)
    for _ in 0..<60 {
      let damaged = Self.damage(whole, &random)
      guard let theirs = try? ProtoRequest(serializedBytes: damaged) else { continue }
      let ours = try decodeTraces(protobuf: damaged)
      let spans = theirs.resourceSpans.flatMap { $0.scopeSpans.flatMap(\.spans) }
      #expect(ours.spans.count + Int(ours.rejections.count) == spans.count, "seed \(seed)")
      let valid = spans.filter(Self.hasValidIDs)
      guard valid.count == ours.spans.count else { continue }
      ours.withView { view in
        for (index, expected) in valid.enumerated() {
          let span = view.span(index)
          #expect(span.ref.traceID.bytes == Array(expected.traceID), "seed \(seed)")
          #expect(span.ref.startTime.value == expected.startTimeUnixNano)
          #expect(span.name.utf8.elementsEqual(expected.name.utf8))
          #expect(show(span.attributes, in: view) == expected.attributes.map(show), "seed \(seed)")
          #expect(span.events.count == expected.events.count)
        }
      }
    }
  }

  private static func hasValidIDs(_ span: ProtoSpan) -> Bool {
    TraceID(bytes: Array(span.traceID)) != nil && SpanID(bytes: Array(span.spanID)) != nil
      && (span.parentSpanID.isEmpty || span.parentSpanID.count == 8)
  }

  /// Bytes changed, removed, doubled and cut.
  private static func damage(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
      let at = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes.remove(at: at)
      case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
      default: bytes += bytes.suffix(Int.random(in: 0...min(bytes.count, 40), using: &random))
      }
    }
    return bytes
  }
}
