import OTLP
import SwiftProtobuf
import Telemetry
import Testing

struct CanonicalEncodingTests {
  @Test(arguments: 0..<80 as Range<UInt64>) func orderAndPaddingDoNotMatter(seed: UInt64) throws {
    var messages = RandomMessages(seed: seed)
    let body = try messages.traces().encoded
    var shuffle = WireShuffle(random: messages.random)
    let shuffled = try decodeTraces(protobuf: shuffle.rewrite(body))
    #expect(try canonicalSpans(shuffled) == canonicalSpans(decodeTraces(protobuf: body)))
  }

  @Test(arguments: 0..<80 as Range<UInt64>) func unknownFieldsAreKept(seed: UInt64) throws {
    var messages = RandomMessages(seed: seed)
    let body = try messages.traces().encoded
    var shuffle = WireShuffle(random: messages.random, addsUnknown: true)
    let extended = shuffle.rewrite(body)
    shuffle.addsUnknown = false
    let canonical = try canonicalSpans(decodeTraces(protobuf: extended))
    #expect(try canonicalSpans(decodeTraces(protobuf: shuffle.rewrite(extended))) == canonical)
    let unknown = try ProtoRequest(serializedBytes: extended).resourceSpans.flatMap { group in
      group.scopeSpans.flatMap { $0.spans.map { $0.unknownFields.data.count } }
    }
    for (bytes, count) in zip(canonical, unknown) {
      let group = try Opentelemetry_Proto_Trace_V1_ResourceSpans(serializedBytes: bytes)
      #expect(group.scopeSpans.first?.spans.first?.unknownFields.data.count == count)
    }
  }

  /// swift-protobuf reads the canonical bytes as the values that were sent.
  @Test(arguments: 0..<60 as Range<UInt64>) func meansWhatWasSent(seed: UInt64) throws {
    var messages = RandomMessages(seed: seed)
    let request = messages.traces()
    let canonical = try canonicalSpans(decodeTraces(protobuf: request.encoded))
    var index = 0
    for group in request.resourceSpans {
      for scopeGroup in group.scopeSpans {
        for span in scopeGroup.spans {
          let read = try Opentelemetry_Proto_Trace_V1_ResourceSpans(serializedBytes: canonical[index])
          index += 1
          #expect(try read.resource.encoded == group.resource.encoded)
          #expect(read.schemaURL == group.schemaURL)
          #expect(try read.scopeSpans.first?.scope.encoded == scopeGroup.scope.encoded)
          #expect(try read.scopeSpans.first?.spans.first?.encoded == span.encoded)
        }
      }
    }
    #expect(index == canonical.count)
  }

  @Test func aRequestProjectIsPartOfIt() throws {
    var messages = RandomMessages(seed: 1)
    var request = ProtoRequest()
    request.resourceSpans = [.with { $0.scopeSpans = [.with { $0.spans = [messages.span()] }] }]
    let named = try decodeTraces(protobuf: request.encoded, requestProject: "chat")
    let read = try Opentelemetry_Proto_Trace_V1_ResourceSpans(serializedBytes: canonicalSpans(named)[0])
    #expect(read.resource.attributes.map(\.key) == ["steno.request.project"])
    #expect(read.resource.attributes.map(\.value.stringValue) == ["chat"])
    let exported = try ProtoRequest(serializedBytes: named.withView { ExportRequest.traces($0) })
    #expect(exported.resourceSpans.map { $0.resource.attributes.map(\.value.stringValue) } == [["chat"]])
    let bare = try ProtoRequest(serializedBytes: named.withView { ExportRequest.traces($0, namesProjects: false) })
    #expect(try bare.encoded == request.encoded)
  }

  /// The parts of a message that is sent twice are one message.
  @Test func partsAreMerged() throws {
    let attribute = { (key: String) in
      ProtoKeyValue.with {
        $0.key = key; $0.value.stringValue = key
      }
    }
    let list = { (key: String) in
      ProtoKeyValue.with {
        $0.key = "list"; $0.value.arrayValue.values = [.with { $0.stringValue = key }]
      }
    }
    var messages = RandomMessages(seed: 2)
    var span = messages.span()
    span.attributes = []
    // KeyValue with its value in two parts: an array that continues.
    let twice = try list("a").encoded + list("b").encoded
    let spanBytes = try span.encoded + [0x4A] + WireShuffle.encode(UInt64(twice.count)) + twice
    let resource = { (key: String) in try ProtoResource.with { $0.attributes = [attribute(key)] }.encoded }
    let scope = try ProtoScope.with { $0.name = "first" }.encoded + ProtoScope.with { $0.version = "2" }.encoded
    let scopeGroup = field(1, scope) + field(2, spanBytes)
    let group = try field(1, resource("one")) + field(2, scopeGroup) + field(1, resource("two"))
    let telemetry = try decodeTraces(protobuf: field(1, group), requestProject: "p")
    telemetry.withView { view in
      let read = view.span(0)
      #expect(show(read.resourceAttributes, in: view) == [attribute("one"), attribute("two")].map(show))
      #expect(view.text(read.resource.requestProject) == "p")
      #expect(view.text(read.scope.name) == "first")
      #expect(view.text(read.scope.version) == "2")
      #expect(show(read.attributes, in: view) == [list("a")].map(show).map { $0.replacing("]", with: ",s62]") })
    }
    let oracle = try Opentelemetry_Proto_Trace_V1_ResourceSpans(serializedBytes: group)
    let canonical = try Opentelemetry_Proto_Trace_V1_ResourceSpans(serializedBytes: canonicalSpans(telemetry)[0])
    #expect(canonical.resource.attributes.dropLast() == oracle.resource.attributes[...])
    #expect(try canonical.scopeSpans.map { try $0.encoded } == oracle.scopeSpans.map { try $0.encoded })
  }

  private func field(_ number: UInt64, _ payload: [UInt8]) -> [UInt8] {
    WireShuffle.encode(number << 3 | 2) + WireShuffle.encode(UInt64(payload.count)) + payload
  }
}
