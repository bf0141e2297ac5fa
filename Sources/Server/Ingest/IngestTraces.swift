import HTTPTypes
import HummingbirdCore
import NIOCore
import OTLP

/// `POST /v1/traces` and the paths that other SDKs use for it: an ExportTraceServiceRequest.
/// Answers once the spans are committed. Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp-request
func ingestTraces(_ exchange: Exchange) async throws(Failure) -> Response {
  try await exchange.ingest(.traces)
}

extension Exchange {
  /// Reads, decodes and stores an export request; answers with what was rejected of it.
  func ingest(_ signal: ExportResponse.Signal) async throws(Failure) -> Response {
    let type = try otlpContentType()
    let response = try await site.ingest(
      signal, type.encoding, try await readBody(), project: request.headers.requestProject, of: caller)
    return .otlp(type, type.encoding.encode(response))
  }

  /// The content type of the request, else 415 with what is accepted.
  func otlpContentType() throws(Failure) -> OTLPContentType {
    if let type = OTLPContentType(request.headers) { return type }
    throw .unsupportedMediaType("The content type must be application/x-protobuf or application/json.")
  }
}

extension Response {
  /// An answer in the request's content type.
  static func otlp(_ type: OTLPContentType, _ body: [UInt8]) -> Response {
    Response(
      status: .ok, headers: [.contentType: type.text], body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
