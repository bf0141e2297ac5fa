import OTLP
import SwiftProtobuf
import Telemetry
import Testing

/// What swift-protobuf encodes is decoded to the same values. `Generated/` was made once, from opentelemetry-proto 1.11
/// by protoc 3.21 with protoc-gen-swift 1.39 (`Visibility=Internal,FileNaming=DropPath`).
struct OracleTests {
  @Test(arguments: 0..<60 as Range<UInt64>) func spansHaveTheirValues(seed: UInt64) throws {
    var messages = RandomMessages(seed: seed)
    let request = messages.traces()
    let telemetry = try decodeTraces(protobuf: request.encoded, requestProject: "späte")
    #expect(telemetry.rejections.count == 0)
    telemetry.withView { view in
      var index = 0
      for group in request.resourceSpans {
        for scopeGroup in group.scopeSpans {
          for expected in scopeGroup.spans {
            let span = view.span(index)
            index += 1
            expectEqual(span, expected)
            #expect(show(span.resourceAttributes, in: view) == group.resource.attributes.map(show))
            #expect(view.text(span.resource.schemaURL) == group.schemaURL)
            #expect(view.text(span.resource.requestProject) == "späte")
            #expect(view.text(span.scope.schemaURL) == scopeGroup.schemaURL)
            #expect(view.text(span.scope.name) == scopeGroup.scope.name)
            #expect(view.text(span.scope.version) == scopeGroup.scope.version)
            let attributes = view.attributes[span.scope.attributes]
            #expect(show(attributes, in: view) == scopeGroup.scope.attributes.map(show))
          }
        }
      }
      #expect(index == view.spans.count)
    }
  }

  private func expectEqual(_ span: SpanView, _ expected: ProtoSpan) {
    let view = span.source
    #expect(span.ref.traceID.bytes == Array(expected.traceID))
    #expect(span.ref.spanID.bytes == Array(expected.spanID))
    #expect(span.ref.parentSpanID?.bytes ?? [] == Array(expected.parentSpanID))
    #expect(span.name.utf8.elementsEqual(expected.name.utf8))
    #expect(view.text(span.ref.traceState) == expected.traceState)
    #expect(span.ref.flags == expected.flags)
    #expect(span.ref.kind == Int32(expected.kind.rawValue))
    #expect(span.ref.startTime.value == expected.startTimeUnixNano)
    #expect(span.ref.endTime.value == expected.endTimeUnixNano)
    #expect(span.ref.statusCode == Int32(expected.status.code.rawValue))
    #expect(view.text(span.ref.statusMessage).utf8.elementsEqual(expected.status.message.utf8))
    #expect(span.ref.droppedAttributesCount == expected.droppedAttributesCount)
    #expect(span.ref.droppedEventsCount == expected.droppedEventsCount)
    #expect(span.ref.droppedLinksCount == expected.droppedLinksCount)
    #expect(show(span.attributes, in: view) == expected.attributes.map(show))
    #expect(span.events.count == expected.events.count)
    for (event, expected) in zip(span.events, expected.events) {
      #expect(event.time.value == expected.timeUnixNano)
      #expect(event.name.utf8.elementsEqual(expected.name.utf8))
      #expect(event.droppedAttributesCount == expected.droppedAttributesCount)
      #expect(show(event.attributes, in: view) == expected.attributes.map(show))
    }
    #expect(span.links.count == expected.links.count)
    for (link, expected) in zip(span.links, expected.links) {
      #expect(link.traceID?.bytes == Array(expected.traceID))
      #expect(link.spanID?.bytes == Array(expected.spanID))
      #expect(link.traceState == expected.traceState)
      #expect(link.flags == expected.flags)
      #expect(show(link.attributes, in: view) == expected.attributes.map(show))
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>) func recordsHaveTheirValues(seed: UInt64) throws {
    var messages = RandomMessages(seed: seed)
    let request = messages.logs()
    let telemetry = try DecodedTelemetry.decodeLogs(protobuf: request.encoded, requestProject: nil, limits: Limits())
    let expected = request.resourceLogs.flatMap { $0.scopeLogs.flatMap(\.logRecords) }
    #expect(telemetry.logs.count == expected.count)
    telemetry.withView { view in
      for (index, expected) in expected.enumerated() {
        let log = view.log(index)
        #expect(log.ref.traceID?.bytes ?? [] == Array(expected.traceID))
        #expect(log.ref.spanID?.bytes ?? [] == Array(expected.spanID))
        let time = expected.timeUnixNano == 0 ? expected.observedTimeUnixNano : expected.timeUnixNano
        #expect(log.ref.time.value == time)
        #expect(view.text(log.ref.eventName) == expected.eventName)
        #expect(show(AttributeValue(log.ref.body, in: view, depthMax: 100)) == show(expected.body))
        #expect(show(log.attributes, in: view) == expected.attributes.map(show))
      }
    }
  }

  /// The request written again is the request that came; its JSON means the same.
  @Test(arguments: 0..<60 as Range<UInt64>) func exportsAreWhatCame(seed: UInt64) throws {
    var messages = RandomMessages(seed: seed)
    let request = messages.traces()
    let telemetry = try decodeTraces(protobuf: request.encoded)
    let again = try decodeTraces(protobuf: telemetry.withView { ExportRequest.traces($0) })
    #expect(try canonicalSpans(again) == canonicalSpans(telemetry))
    let messagesOf = { (telemetry: DecodedTelemetry) in telemetry.spans.map { Array(telemetry.body[$0.message.range]) }
    }
    #expect(messagesOf(again) == messagesOf(telemetry))

    let json = try telemetry.withView { try ExportRequest.tracesJSON($0) }
    let transcoded = try DecodedTelemetry.decodeTraces(json: json, requestProject: nil, limits: Limits())
    #expect(try canonicalSpans(transcoded) == canonicalSpans(telemetry))
    let spans = { (request: ProtoRequest) in
      try request.resourceSpans.flatMap { try $0.scopeSpans.flatMap { try $0.spans.map { try $0.encoded } } }
    }
    #expect(try spans(ProtoRequest(serializedBytes: transcoded.body)) == spans(request))
  }

  @Test(arguments: 0..<30 as Range<UInt64>) func logExportsAreWhatCame(seed: UInt64) throws {
    var messages = RandomMessages(seed: seed)
    let body = try messages.logs().encoded
    let telemetry = try DecodedTelemetry.decodeLogs(protobuf: body, requestProject: nil, limits: Limits())
    let again = try DecodedTelemetry.decodeLogs(
      protobuf: telemetry.withView { ExportRequest.logs($0) }, requestProject: nil, limits: Limits())
    #expect(try canonicalLogs(again) == canonicalLogs(telemetry))
    let json = try telemetry.withView { try ExportRequest.logsJSON($0) }
    let transcoded = try DecodedTelemetry.decodeLogs(json: json, requestProject: nil, limits: Limits())
    #expect(try canonicalLogs(transcoded) == canonicalLogs(telemetry))
  }
}
