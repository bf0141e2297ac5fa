import OTLP
import Telemetry
import Testing

struct CaptureTests {
  @Test func thereAreCaptures() {
    #expect(Capture.all.count > 40)
    #expect(Capture.all.filter { $0.rendering != nil }.count > 25)
  }

  /// The recorded protobuf and its readable rendering hold the same values.
  @Test(arguments: Capture.all.filter { $0.rendering != nil && $0.signal == .traces })
  func spansEqualTheirRendering(capture: Capture) throws {
    let sent = try decode(capture)
    let read = try DecodedTelemetry.decodeTraces(json: capture.rendering ?? [], requestProject: nil, limits: Limits())
    #expect(!sent.spans.isEmpty)
    #expect(sent.rejections == Rejections())
    #expect(try canonicalSpans(sent) == canonicalSpans(read))
    let exported = try DecodedTelemetry.decodeTraces(
      json: read.withView { try ExportRequest.tracesJSON($0) }, requestProject: nil, limits: Limits())
    #expect(try canonicalSpans(exported) == canonicalSpans(sent))
  }

  @Test(arguments: Capture.all.filter { $0.rendering != nil && $0.signal == .logs })
  func recordsEqualTheirRendering(capture: Capture) throws {
    let sent = try decode(capture)
    let read = try DecodedTelemetry.decodeLogs(json: capture.rendering ?? [], requestProject: nil, limits: Limits())
    #expect(!sent.logs.isEmpty)
    #expect(try canonicalLogs(sent) == canonicalLogs(read))
  }

  @Test(arguments: Capture.all.filter { $0.rendering != nil && $0.signal == .metrics })
  func metricsCountLikeTheirRendering(capture: Capture) throws {
    let sent = try MetricPoints.count(protobuf: capture.body)
    #expect(sent > 0)
    #expect(try MetricPoints.count(json: capture.rendering ?? [], limits: Limits()) == sent)
  }

  /// What the synthetic captures expect, as far as decoding decides it.
  @Test(arguments: Capture.all.filter { $0.isDecidedByDecoding })
  func syntheticBodiesAreAnsweredAsExpected(capture: Capture) throws {
    let telemetry = try? decode(capture)
    if capture.expectedStatuses == [200] { #expect(telemetry != nil) }
    if capture.expectedStatuses == [400] { #expect(telemetry == nil) }
    guard let telemetry else { return }
    if let rejected = capture.expectedRejected { #expect(telemetry.rejections.count == rejected) }
    if let stored = capture.expectedStored { #expect(telemetry.spans.count == stored) }
  }

  @Test func invalidUTF8IsKeptAndRepairedWhenRead() throws {
    let capture = try #require(Capture.all.first { $0.name == "synthetic/partial/002.body.bin" })
    let telemetry = try decode(capture)
    telemetry.withView { view in
      let texts = view.attributes.map { view.text($0.value.range) }
      #expect(texts.contains { $0.contains("\u{FFFD}") })
    }
  }

  private func decode(_ capture: Capture) throws -> DecodedTelemetry {
    switch (capture.signal, capture.isJSON) {
    case (.logs, false): try .decodeLogs(protobuf: capture.body, requestProject: nil, limits: Limits())
    case (.logs, true): try .decodeLogs(json: capture.body, requestProject: nil, limits: Limits())
    case (_, false): try .decodeTraces(protobuf: capture.body, requestProject: nil, limits: Limits())
    case (_, true): try .decodeTraces(json: capture.body, requestProject: nil, limits: Limits())
    }
  }
}
