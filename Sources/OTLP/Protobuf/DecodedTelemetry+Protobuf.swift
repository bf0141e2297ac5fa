package import Telemetry

extension DecodedTelemetry {
  /// Decodes an ExportTraceServiceRequest; no bytes at all are an empty one. A span with invalid IDs is rejected alone,
  /// any malformed message fails the whole body. `requestProject` is put behind the body for every resource.
  package static func decodeTraces(
    protobuf body: consuming [UInt8], requestProject: String?, limits: Limits
  ) throws(OTLPDecodingError) -> DecodedTelemetry {
    try decode(body, .traces, requestProject: requestProject, limits: limits)
  }

  /// Decodes an ExportLogsServiceRequest; as `decodeTraces`, but that no record is ever rejected.
  package static func decodeLogs(
    protobuf body: consuming [UInt8], requestProject: String?, limits: Limits
  ) throws(OTLPDecodingError) -> DecodedTelemetry {
    try decode(body, .logs, requestProject: requestProject, limits: limits)
  }

  static func decode(
    _ body: consuming [UInt8], _ signal: Signal, requestProject: String?, limits: Limits, isJSON: Bool = false
  ) throws(OTLPDecodingError) -> DecodedTelemetry {
    guard body.count <= bodyBytesMax else { throw OTLPDecodingError(.tooLarge, at: bodyBytesMax) }
    var tables = TelemetryTables(limits: limits)
    tables.isJSON = isJSON
    try body.withBytes { bytes throws(OTLPDecodingError) in try tables.request(bytes, signal) }
    if let requestProject, !requestProject.isEmpty {
      let offset = body.count + tables.tail.count
      tables.tail.append(contentsOf: requestProject.utf8)
      let range = ByteRange(offset: offset, count: requestProject.utf8.count)
      for index in tables.resources.indices { tables.resources[index].requestProject = range }
    }
    var telemetry = tables.telemetry(body: body)
    try telemetry.takeBackRequestProjects()
    return telemetry
  }

  /// Offsets are 32 bits, and what is sent twice may be put behind the body once more.
  private static var bodyBytesMax: Int { 1 << 30 }
}

extension [UInt8] {
  /// The bytes, pinned while `use` runs.
  func withBytes<Result>(
    _ use: (UnsafeRawBufferPointer) throws(OTLPDecodingError) -> Result
  ) throws(OTLPDecodingError) -> Result {
    try withUnsafeBufferPointer { bytes throws(OTLPDecodingError) in try use(UnsafeRawBufferPointer(bytes)) }
  }
}
