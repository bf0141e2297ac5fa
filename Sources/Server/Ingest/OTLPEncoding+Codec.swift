import OTLP
import Telemetry

/// Both encodings of OTLP/HTTP behind the same questions.
extension OTLPEncoding {
  func decodeTraces(
    _ body: consuming [UInt8], requestProject: String?, limits: Limits, spares: SpareBodies
  ) throws(OTLPDecodingError) -> DecodedTelemetry {
    switch self {
    case .protobuf: return try .decodeTraces(protobuf: body, requestProject: requestProject, limits: limits)
    case .json:
      let text = body
      defer { spares.keep(text) }
      return try .decodeTraces(
        json: text, requestProject: requestProject, limits: limits, into: spares.take(text.count))
    }
  }

  func decodeLogs(
    _ body: consuming [UInt8], requestProject: String?, limits: Limits, spares: SpareBodies
  ) throws(OTLPDecodingError) -> DecodedTelemetry {
    switch self {
    case .protobuf: return try .decodeLogs(protobuf: body, requestProject: requestProject, limits: limits)
    case .json:
      let text = body
      defer { spares.keep(text) }
      return try .decodeLogs(
        json: text, requestProject: requestProject, limits: limits, into: spares.take(text.count))
    }
  }

  func countPoints(_ body: [UInt8], limits: Limits) throws(OTLPDecodingError) -> Int {
    switch self {
    case .protobuf: try MetricPoints.count(protobuf: body)
    case .json: try MetricPoints.count(json: body, limits: limits)
    }
  }

  func encode(_ response: ExportResponse) -> [UInt8] {
    switch self {
    case .protobuf: response.protobuf
    case .json: response.json
    }
  }

  func encode(_ status: RPCStatus) -> [UInt8] {
    switch self {
    case .protobuf: status.protobuf
    case .json: status.json
    }
  }
}
