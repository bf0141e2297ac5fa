package import Telemetry

extension DecodedTelemetry {
  /// Decodes an ExportTraceServiceRequest (or the Collector's TracesData) in OTLP/JSON; `body` of the answer is its
  /// protobuf, written into `room`. With `lines` the text may be several of them, as the Collector's file exporter
  /// writes.
  package static func decodeTraces(
    json text: [UInt8], requestProject: String?, limits: Limits, lines: Bool = false, into room: consuming [UInt8] = []
  ) throws(OTLPDecodingError) -> DecodedTelemetry {
    let (body, base64IDCount) = try transcode(text, .traceRequest, limits: limits, lines: lines, into: consume room)
    var telemetry = try decode(body, .traces, requestProject: requestProject, limits: limits, isJSON: true)
    telemetry.base64IDCount = base64IDCount
    return telemetry
  }

  /// Decodes an ExportLogsServiceRequest in OTLP/JSON.
  package static func decodeLogs(
    json text: [UInt8], requestProject: String?, limits: Limits, lines: Bool = false, into room: consuming [UInt8] = []
  ) throws(OTLPDecodingError) -> DecodedTelemetry {
    let (body, base64IDCount) = try transcode(text, .logRequest, limits: limits, lines: lines, into: consume room)
    var telemetry = try decode(body, .logs, requestProject: requestProject, limits: limits, isJSON: true)
    telemetry.base64IDCount = base64IDCount
    return telemetry
  }

  static func transcode(
    _ text: [UInt8], _ type: MessageType, limits: Limits, lines: Bool = false, into room: consuming [UInt8] = []
  ) throws(OTLPDecodingError) -> (body: [UInt8], base64IDCount: Int) {
    var room = consume room
    return try text.withBytes { bytes throws(OTLPDecodingError) in
      var transcoder = JSONTranscoder(bytes, limits: limits)
      // Moved: a copy would be written to instead.
      swap(&transcoder.writer.bytes, &room)
      transcoder.writer.bytes.reserveCapacity(text.count)
      try transcoder.transcode(type, lines: lines)
      return (transcoder.writer.bytes, transcoder.base64IDCount)
    }
  }
}

extension MetricPoints {
  /// How many data points an ExportMetricsServiceRequest in OTLP/JSON holds.
  package static func count(json text: [UInt8], limits: Limits) throws(OTLPDecodingError) -> Int {
    try count(protobuf: DecodedTelemetry.transcode(text, .metricRequest, limits: limits).body)
  }
}
