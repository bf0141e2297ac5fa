import OTLP
import SwiftProtobuf
import Telemetry
import Testing

/// Bodies made to cost more than they weigh.
struct HostileBodyTests {
  private var limits: Limits {
    var limits = Limits()
    limits.decompressedBodyBytesMax = 64 << 10
    return limits
  }

  private func field(_ number: UInt64, _ payload: [UInt8]) -> [UInt8] {
    WireShuffle.encode(number << 3 | 2) + WireShuffle.encode(UInt64(payload.count)) + payload
  }

  private func repeated(_ bytes: [UInt8]) -> [UInt8] {
    Array(repeatElement(bytes, count: (64 << 10) / bytes.count).joined())
  }

  /// Empty messages, two bytes each, would fill tables of many times the body's size.
  @Test func nearlyEmptyMessagesAreCounted() throws {
    let groups = repeated([0x0A, 0])
    let attributes = field(1, field(2, field(2, repeated([0x4A, 0]))))
    let links = field(1, field(2, field(2, repeated([0x6A, 0]))))
    let records = field(1, field(2, repeated([0x12, 0])))
    for body in [groups, attributes, links, records] {
      let error = try #require(throws: OTLPDecodingError.self) {
        try DecodedTelemetry.decodeTraces(protobuf: body, requestProject: nil, limits: limits)
      }
      #expect(error.reason == .tooManyEntries)
    }
    #expect(throws: OTLPDecodingError.self) {
      try DecodedTelemetry.decodeLogs(protobuf: records, requestProject: nil, limits: limits)
    }
  }

  /// An array in very many parts, each of which would be joined with all before it.
  @Test func partsWithoutEndAreRefused() throws {
    let value = repeated([0x2A, 0x02, 0x0A, 0x00])
    let attribute = field(2, value)
    let body = field(1, field(2, field(2, field(9, attribute))))
    let error = try #require(throws: OTLPDecodingError.self) {
      try DecodedTelemetry.decodeTraces(protobuf: body, requestProject: nil, limits: limits)
    }
    #expect(error.reason == .tooManyEntries)
  }

  /// The attribute that an export puts a request's project under, very many times over: each looked up among all others
  /// would take minutes.
  @Test func projectsOfRequestsWithoutEndStayCheap() throws {
    let name = Array("steno.request.project".utf8)
    let attribute = { (project: String) in field(1, field(1, name) + field(2, field(1, Array(project.utf8)))) }
    let count = 100_000
    let resource = (0..<count).flatMap { attribute("p\($0)") }
    let telemetry = try DecodedTelemetry.decodeTraces(
      protobuf: field(1, field(1, resource)), requestProject: nil, limits: Limits())
    let ref = try #require(telemetry.resources.first)
    #expect(ref.attributes.isEmpty && ref.message.isEmpty)
    #expect(telemetry.withView { $0.text(ref.requestProject) } == "p\(count - 1)")
  }

  /// Of a oneof the last member counts, merged with what directly precedes it, as swift-protobuf has it.
  @Test func membersThatAlternateStayCheap() throws {
    var messages = RandomMessages(seed: 5)
    var span = messages.span()
    span.attributes = []
    let array = { (number: Int64) in
      try ProtoValue.with { $0.arrayValue.values = [.with { $0.intValue = number }] }.encoded
    }
    let text = try ProtoValue.with { $0.stringValue = "between" }.encoded
    let unknown = repeated([0xF8, 0x7D, 0x01])
    let value = try unknown + repeated(array(1) + text) + array(2) + array(3)
    let body = try field(1, field(2, field(2, span.encoded + field(9, field(2, value)))))
    let canonical = try canonicalSpans(decodeTraces(protobuf: body))
    let read = try Opentelemetry_Proto_Trace_V1_ResourceSpans(serializedBytes: try #require(canonical.first))
    let oracle = try ProtoRequest(serializedBytes: body)
    let shown = { (group: Opentelemetry_Proto_Trace_V1_ResourceSpans) in
      group.scopeSpans.flatMap { $0.spans.flatMap { $0.attributes.map(show) } }
    }
    #expect(shown(read) == ["=[i2,i3]"])
    #expect(oracle.resourceSpans.flatMap(shown) == ["=[i2,i3]"])
    let telemetry = try decodeTraces(protobuf: body)
    #expect(telemetry.withView { show($0.span(0).attributes, in: $0) } == ["=[i2,i3]"])
  }
}
