import OTLP
import Telemetry
import Testing

struct TelemetryAssemblerTests {
  /// Messages taken out of a request and put together again are the same telemetry.
  @Test(arguments: 0..<30 as Range<UInt64>) func putsMessagesTogetherAgain(seed: UInt64) throws {
    var messages = RandomMessages(seed: seed)
    let telemetry = try decodeTraces(protobuf: messages.traces().encoded, requestProject: "p")
    let logs = try DecodedTelemetry.decodeLogs(protobuf: messages.logs().encoded, requestProject: nil, limits: Limits())
    var assembler = TelemetryAssembler(limits: Limits())
    try telemetry.withView { try add($0, to: &assembler) }
    try logs.withView { try add($0, to: &assembler) }
    let again = assembler.finish()
    #expect(try canonicalSpans(again) == canonicalSpans(telemetry))
    #expect(try canonicalLogs(again) == canonicalLogs(logs))
    #expect(again.messages.count == telemetry.messages.count)
  }

  private func add(_ view: TelemetryView, to assembler: inout TelemetryAssembler) throws {
    var resources: [Int] = []
    for ref in view.resources {
      let ranges = [ref.message, ref.schemaURL, ref.requestProject].map { assembler.append(view[$0]) }
      resources.append(try assembler.addResource(ranges[0], schemaURL: ranges[1], requestProject: ranges[2]))
    }
    var scopes: [Int] = []
    for ref in view.scopes {
      let ranges = [ref.message, ref.schemaURL].map { assembler.append(view[$0]) }
      scopes.append(try assembler.addScope(ranges[0], schemaURL: ranges[1]))
    }
    for ref in view.spans {
      let message = assembler.append(view[ref.message])
      try assembler.addSpan(message, resource: resources[ref.resource], scope: scopes[ref.scope])
    }
    for ref in view.logs {
      let message = assembler.append(view[ref.message])
      try assembler.addLog(message, resource: resources[ref.resource], scope: scopes[ref.scope])
    }
  }

  @Test func corruptMessagesThrow() throws {
    var messages = RandomMessages(seed: 9)
    let span = try messages.span().encoded
    var assembler = TelemetryAssembler(body: span, limits: Limits())
    let whole = ByteRange(offset: 0, count: span.count)
    #expect(throws: OTLPDecodingError.self) { try assembler.addSpan(whole, resource: 0, scope: 0) }
    let resource = try assembler.addResource(.empty, schemaURL: .empty, requestProject: .empty)
    let scope = try assembler.addScope(.empty, schemaURL: .empty)
    try assembler.addSpan(whole, resource: resource, scope: scope)
    let beyond = ByteRange(offset: 1, count: span.count)
    #expect(throws: OTLPDecodingError.self) { try assembler.addSpan(beyond, resource: resource, scope: scope) }
    #expect(throws: OTLPDecodingError(.invalidIdentifier, at: 0)) {
      try assembler.addSpan(.empty, resource: resource, scope: scope)
    }
    #expect(assembler.spanCount == 1)
  }
}
