import OTLP
import SwiftProtobuf
import Telemetry
import Testing

struct WireFormatTests {
  @Test(
    arguments: [
      ([0x0A], OTLPDecodingError(.truncated, at: 1)),
      ([0x0A, 0x05, 0x00], OTLPDecodingError(.truncated, at: 1)),
      ([0x00, 0x00], OTLPDecodingError(.invalidFieldNumber, at: 0)),
      ([0x07], OTLPDecodingError(.invalidFieldNumber, at: 0)),
      ([0x0E, 0x00], OTLPDecodingError(.invalidWireType, at: 1)),
      ([0x0F, 0x00], OTLPDecodingError(.invalidWireType, at: 1)),
      ([0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02], OTLPDecodingError(.malformedVarint, at: 1)),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], OTLPDecodingError(.invalidFieldNumber, at: 0)),
      ([0x14], OTLPDecodingError(.unmatchedGroup, at: 1)),
      ([0x13, 0x1C], OTLPDecodingError(.unmatchedGroup, at: 1)),
      ([0x13, 0x08, 0x01], OTLPDecodingError(.truncated, at: 3)),
      ([0x11, 0x01], OTLPDecodingError(.truncated, at: 1)),
      ([0x15, 0x01], OTLPDecodingError(.truncated, at: 1)),
    ] as [([UInt8], OTLPDecodingError)]) func malformedBodies(body: [UInt8], error: OTLPDecodingError)
  {
    #expect(throws: error) { try decodeTraces(protobuf: body) }
    #expect(throws: OTLPDecodingError.self) {
      try DecodedTelemetry.decodeLogs(protobuf: body, requestProject: nil, limits: Limits())
    }
    #expect(throws: OTLPDecodingError.self) { try MetricPoints.count(protobuf: body) }
  }

  @Test func unknownFieldsAndGroupsArePassedOver() throws {
    let group: [UInt8] = [0x13, 0x1B, 0x08, 0x01, 0x1C, 0x14]
    let body = group + [0x10, 0x80, 0x00, 0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x0A, 0x00]
    #expect(try decodeTraces(protobuf: body).resources.count == 1)
    #expect(throws: OTLPDecodingError.self) { try decodeTraces(protobuf: [UInt8](repeating: 0x13, count: 100_000)) }
  }

  /// A request cut anywhere is refused exactly when swift-protobuf refuses it.
  @Test(arguments: 0..<6 as Range<UInt64>) func everyPrefixIsAnswered(seed: UInt64) throws {
    var messages = RandomMessages(seed: seed)
    let body = try messages.traces().encoded
    for count in body.indices {
      let prefix = Array(body.prefix(count))
      let isSound = (try? ProtoRequest(serializedBytes: prefix)) != nil
      #expect(((try? decodeTraces(protobuf: prefix)) != nil) == isSound, "prefix of \(count) bytes")
    }
  }

  /// Damaged requests are refused or read through to the last attribute; nothing traps.
  @Test(arguments: 0..<40 as Range<UInt64>) func damageIsAnswered(seed: UInt64) throws {
    var messages = RandomMessages(seed: seed)
    let body = try messages.traces().encoded
    let logs = try messages.logs().encoded
    for _ in 0..<60 {
      let damaged = messages.random.damage(body)
      do {
        let telemetry = try decodeTraces(protobuf: damaged, requestProject: "p")
        try telemetry.withView(readThrough)
      } catch {
        // swift-protobuf drops the bits of a varint beyond 64; they are refused here, as the Collector does.
        if (error as? OTLPDecodingError)?.reason == .malformedVarint { continue }
        let isSound = (try? ProtoRequest(serializedBytes: damaged)) != nil
        #expect(!isSound, "\(error)")
      }
      let records = messages.random.damage(logs)
      if let telemetry = try? DecodedTelemetry.decodeLogs(protobuf: records, requestProject: nil, limits: Limits()) {
        try telemetry.withView(readThrough)
      }
      _ = try? MetricPoints.count(protobuf: damaged)
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>) func damagedJSONIsAnswered(seed: UInt64) throws {
    var messages = RandomMessages(seed: seed)
    let text = try decodeTraces(protobuf: messages.traces().encoded).withView { try ExportRequest.tracesJSON($0) }
    for _ in 0..<40 {
      let damaged = messages.random.damage(text)
      if let telemetry = try? DecodedTelemetry.decodeTraces(json: damaged, requestProject: nil, limits: Limits()) {
        try telemetry.withView(readThrough)
      }
    }
  }

  private func readThrough(_ view: TelemetryView) throws {
    for index in view.spans.indices {
      let span = view.span(index)
      _ = show(span.attributes, in: view) + show(span.resourceAttributes, in: view)
      _ = span.events.map { show($0.attributes, in: view) + [$0.name] }
      _ = span.links.map { show($0.attributes, in: view) + [$0.traceState] }
      _ = try CanonicalEncoding.span(span)
    }
    for index in view.logs.indices {
      _ = show(AttributeValue(view.log(index).ref.body, in: view, depthMax: 100))
      _ = try CanonicalEncoding.log(view.log(index))
    }
    _ = try ExportRequest.tracesJSON(view)
    _ = ExportRequest.logs(view)
  }
}

extension SeededGenerator {
  /// One to three bytes changed, removed, doubled or added.
  mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
    var damaged = bytes
    for _ in 0..<Int.random(in: 1...3, using: &self) where !damaged.isEmpty {
      let at = Int.random(in: 0..<damaged.count, using: &self)
      switch Int.random(in: 0..<5, using: &self) {
      case 0: damaged[at] = UInt8.random(in: 0...255, using: &self)
      case 1: damaged[at] ^= 1 << UInt8.random(in: 0...7, using: &self)
      case 2: damaged.remove(at: at)
      case 3: damaged.insert([0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &self) ?? 0, at: at)
      default: damaged.insert(contentsOf: damaged[at..<min(damaged.count, at + 16)], at: at)
      }
    }
    return damaged
  }
}
