import JSON
import OTLP
import SwiftProtobuf
import Telemetry
import Testing

struct JSONDecodingTests {
  private let trace = "\"traceId\":\"0102030405060708090a0b0c0d0e0f10\""
  private let span = "\"spanId\":\"0102030405060708\""

  private func request(_ span: String) -> String { "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\(span)}]}]}]}" }

  /// The values of a span whose only attributes are these.
  private func values(_ values: String...) throws -> [String] {
    let attributes = values.map { "{\"key\":\"\",\"value\":\($0)}" }.joined(separator: ",")
    let telemetry = try decodeTraces(json: request("\(trace),\(span),\"attributes\":[\(attributes)]"))
    return telemetry.withView { view in show(view.span(0).attributes, in: view).map { String($0.dropFirst()) } }
  }

  @Test func emptyRequests() throws {
    #expect(try decodeTraces(json: "{}").spans.isEmpty)
    #expect(try decodeTraces(json: " {\"resourceSpans\":null} ").spans.isEmpty)
    #expect(try decodeTraces(protobuf: []).spans.isEmpty)
    #expect(throws: OTLPDecodingError(.json(.unexpectedEnd), at: 0)) { try decodeTraces(json: "") }
  }

  @Test func identifiersInHexAndBase64() throws {
    let hex = try decodeTraces(json: request("\(trace.uppercased().replacing("TRACEID", with: "traceId")),\(span)"))
    #expect(hex.spans.first?.traceID.hex == "0102030405060708090a0b0c0d0e0f10")
    #expect(hex.base64IDCount == 0)
    let base64 = try decodeTraces(
      json: request(
        "\"traceId\":\"AQIDBAUGBwgJCgsMDQ4PEA==\",\"spanId\":\"AQIDBAUGBwg=\",\"parent_span_id\":\"-_-_-_-_-_8\""))
    #expect(base64.spans.first?.traceID.hex == "0102030405060708090a0b0c0d0e0f10")
    #expect(base64.spans.first?.spanID.hex == "0102030405060708")
    #expect(base64.spans.first?.parentSpanID?.hex == "fbffbffbffbffbff")
    #expect(base64.base64IDCount == 3)
  }

  @Test(arguments: [
    "\"traceId\":\"\"", "\"traceId\":\"00000000000000000000000000000000\"", "\"traceId\":\"01020304\"",
    "\"traceId\":\"0102030405060708090a0b0c0d0e0f1\"", "\"traceId\":\"zz02030405060708090a0b0c0d0e0f10\"",
    "\"spanId\":\"0000000000000000\"", "\"spanId\":\"abc\"", "\"spanId\":null", "\"parentSpanId\":\"0102\"",
    "\"parentSpanId\":\"not hexadecimal\"",
  ]) func aSpanWithoutValidIDsIsRejectedAlone(member: String) throws {
    let good = "{\(trace),\(span),\"attributes\":[{\"key\":\"a\"}]}"
    let bad = "{\(trace),\(span),\(member),\"attributes\":[{\"key\":\"b\"}],\"events\":[{}],\"links\":[{}]}"
    let text = "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[\(good),\(bad),\(good)]}]}]}"
      .replacing("\"spanId\":\"0102030405060708\",\"spanId\":null", with: "\"spanId\":null")
    let telemetry = try decodeTraces(json: text)
    #expect(telemetry.spans.count == 2)
    #expect(telemetry.attributes.count == 2)
    #expect(telemetry.messages.isEmpty)
    #expect(telemetry.rejections.count == 1)
    #expect(telemetry.rejections.firstReason.hasPrefix("a span's "))
  }

  @Test func anEmptyOrZeroParentIsNone() throws {
    for parent in ["\"\"", "\"0000000000000000\"", "null"] {
      let telemetry = try decodeTraces(json: request("\(trace),\(span),\"parentSpanId\":\(parent)"))
      #expect(telemetry.spans.map(\.parentSpanID) == [nil])
    }
  }

  @Test func valuesInEverySpelling() throws {
    #expect(try values(#"{"intValue":"-7"}"#, #"{"int_value":7}"#) == ["i-7", "i7"])
    #expect(try values(#"{"intValue":1e3}"#, #"{"intValue":"2.0"}"#) == ["i1000", "i2"])
    #expect(try values(#"{"intValue":9223372036854775807}"#) == ["i9223372036854775807"])
    let infinity = "d\((-Double.infinity).bitPattern)"
    #expect(try values(#"{"doubleValue":"NaN"}"#, #"{"doubleValue":"-Infinity"}"#) == ["dnan", infinity])
    let doubles = ["d\(1.5.bitPattern)", "d\(2.0.bitPattern)"]
    #expect(try values(#"{"doubleValue":"1.5"}"#, #"{"doubleValue":2}"#) == doubles)
    #expect(try values(#"{"boolValue":true}"#, #"{"boolValue":"false"}"#) == ["btrue", "bfalse"])
    #expect(try values(#"{"bytesValue":"-_8="}"#, #"{"bytesValue":"+/8"}"#) == ["xfbff", "xfbff"])
    #expect(try values("{\"stringValue\":\"\\ud83c\\udf31\\ud83c\"}") == ["sf09f8cb1efbfbd"])
    #expect(try values("{}", "null", #"{"stringValue":null}"#) == ["none", "none", "none"])
    #expect(try values(#"{"new":[{"a":1}]}"#, #"{"arrayValue":{}}"#) == ["none", "[]"])
    #expect(try values(#"{"arrayValue":{"values":[{"intValue":1},null,{}]}}"#) == ["[i1,none,none]"])
    #expect(try values(#"{"kvlistValue":{"values":[{"key":"k","value":{"boolValue":true}}]}}"#) == ["{6b=btrue}"])
    #expect(try values("{\"stringValue\":\"a\",\"intValue\":1,\"boolValue\":null}") == ["i1"], "the last member wins")
    #expect(try values("{\"string\\u0056alue\":\"a\"}") == ["s61"], "keys may have escapes")
  }

  @Test func enumerationsByNumberAndName() throws {
    for kind in ["3", "\"3\"", "3.0", "\"SPAN_KIND_CLIENT\""] {
      let members = "\"kind\":\(kind),\"status\":{\"code\":\"STATUS_CODE_ERROR\"}"
      let telemetry = try decodeTraces(json: request("\(trace),\(span),\(members)"))
      #expect(telemetry.spans.map(\.kind) == [3])
      #expect(telemetry.spans.map(\.statusCode) == [2])
    }
    let newer = try decodeTraces(json: request("\(trace),\(span),\"kind\":\"SPAN_KIND_NEWER\""))
    #expect(newer.spans.map(\.kind) == [0])
  }

  @Test(arguments: [
    ("[]", 0, ""), ("{\"resourceSpans\":{}}", 17, "resourceSpans"), ("{\"resourceSpans\":[1]}", 18, "resourceSpans[0]"),
    (
      "{\"resource_spans\":[{},{\"scopeSpans\":[{\"spans\":[{\"name\":5}]}]}]}", 55,
      "resourceSpans[1].scopeSpans[0].spans[0].name"
    ),
    (
      "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":5}]}]}]}", 54,
      "resourceSpans[0].scopeSpans[0].spans[0].traceId"
    ),
  ]) func jsonOfAnotherTypeFailsTheBody(text: String, offset: Int, path: String) throws {
    let error = try #require(throws: OTLPDecodingError.self) { try decodeTraces(json: text) }
    guard case .wrongJSONType = error.reason else { throw error }
    #expect(error.offset == offset)
    #expect(error.path == path)
  }

  @Test func numbersThatDoNotFitFailTheBody() throws {
    let members = [
      #""droppedAttributesCount":-1"#, #""startTimeUnixNano":"-1""#, #""flags":4294967296"#, #""kind":2147483648"#,
      #""endTimeUnixNano":1.5"#,
    ]
    for member in members {
      let text = request("\(trace),\(span),\(member)")
      let error = try #require(throws: OTLPDecodingError.self) { try decodeTraces(json: text) }
      #expect(error.reason == .outOfRange)
    }
    #expect(throws: OTLPDecodingError.self) { try values("{\"intValue\":9223372036854775808}") }
    #expect(throws: OTLPDecodingError.self) { try values("{\"bytesValue\":\"a\"}") }
    #expect(throws: OTLPDecodingError.self) { try values("{\"doubleValue\":\"inf\"}") }
  }

  @Test func trailingBytesFailAndLinesDoNot() throws {
    let text = request("\(trace),\(span)")
    let trailing = OTLPDecodingError(.json(.trailingBytes), at: text.utf8.count)
    #expect(throws: trailing) { try decodeTraces(json: text + "x") }
    #expect(throws: OTLPDecodingError.self) { try decodeTraces(json: text + "\n" + text) }
    let lines = try DecodedTelemetry.decodeTraces(
      json: Array((text + "\n" + text + "\n\n").utf8), requestProject: "p", limits: Limits(), lines: true)
    #expect(lines.spans.count == 2)
    #expect(lines.resources.count == 2)
  }

  /// As deep as the limit is decoded in both encodings, one level more is refused in both.
  @Test func depthIsTheSameInBothEncodings() throws {
    let limits = Limits()
    let nested = { (levels: Int) in
      var value = ProtoValue.with { $0.intValue = 1 }
      for level in 1..<levels {
        let inner = value
        value =
          level.isMultiple(of: 2)
          ? .with { $0.arrayValue.values = [inner] } : .with { $0.kvlistValue.values = [.with { $0.value = inner }] }
      }
      var messages = RandomMessages(seed: 3)
      var span = messages.span()
      span.attributes = [.with { $0.value = value }]
      span.events = [.with { $0.attributes = [.with { $0.value = value }] }]
      return try ProtoRequest.with { $0.resourceSpans = [.with { $0.scopeSpans = [.with { $0.spans = [span] }] }] }
        .encoded
    }
    let deepest = try decodeTraces(protobuf: nested(limits.valueDepthMax))
    let json = try deepest.withView { try ExportRequest.tracesJSON($0) }
    let again = try DecodedTelemetry.decodeTraces(json: json, requestProject: nil, limits: limits)
    #expect(try canonicalSpans(again) == canonicalSpans(deepest))

    let deeper = try nested(limits.valueDepthMax + 1)
    let tooDeep = try #require(throws: OTLPDecodingError.self) { try decodeTraces(protobuf: deeper) }
    #expect(tooDeep.reason == .tooDeep)
    var lower = limits
    lower.valueDepthMax -= 1
    let refused = try #require(throws: OTLPDecodingError.self) {
      try DecodedTelemetry.decodeTraces(json: json, requestProject: nil, limits: lower)
    }
    #expect(refused.reason == .tooDeep)
    let unknown = "{\"x\":" + String(repeating: "[", count: 100_000)
    #expect(throws: OTLPDecodingError.self) { try decodeTraces(json: unknown) }
  }

  @Test func metricsAreCounted() throws {
    let point = "{\"timeUnixNano\":\"1\",\"asInt\":\"5\",\"attributes\":[]}"
    let histogram = "{\"count\":\"3\",\"sum\":1.5,\"bucketCounts\":[\"1\",2],\"explicitBounds\":[0.5]}"
    let exponential = "{\"scale\":-3,\"positive\":{\"offset\":-1,\"bucketCounts\":[\"1\",\"2\"]}}"
    let text = """
      {"resourceMetrics":[{"scopeMetrics":[{"metrics":[
      {"name":"a","gauge":{"dataPoints":[\(point),\(point)]}},{"sum":{"isMonotonic":true,"dataPoints":[\(point)]}},
      {"histogram":{"dataPoints":[\(histogram)]}},{"exponentialHistogram":{"dataPoints":[\(exponential)]}},
      {"summary":{"dataPoints":[{"quantileValues":[{"quantile":0.5,"value":"NaN"}]}]}},{"name":"none"}]}]}]}
      """
    #expect(try MetricPoints.count(json: Array(text.utf8), limits: Limits()) == 6)
    #expect(try MetricPoints.count(protobuf: []) == 0)
    #expect(throws: OTLPDecodingError.self) { try MetricPoints.count(protobuf: [0x0A, 0x05, 0x12]) }
  }
}
