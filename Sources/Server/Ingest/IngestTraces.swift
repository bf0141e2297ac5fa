import HTTPTypes
import HummingbirdCore
import NIOCore
import OTLP
import Store
import Telemetry

/// `POST /v1/traces` and the paths that other SDKs use for it: an ExportTraceServiceRequest.
/// Answers once the spans are committed. Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp-request
func ingestTraces(_ exchange: Exchange) async throws(Failure) -> Response {
  try await exchange.ingest(.traces) { body, encoding throws(OTLPDecodingError) in
    try encoding.decodeTraces(
      body, requestProject: exchange.requestProject, limits: exchange.site.configuration.limits)
  }
}

extension Exchange {
  /// Reads, decodes and stores an export request; answers with what was rejected of it.
  func ingest(
    _ signal: ExportResponse.Signal,
    decode: ([UInt8], OTLPEncoding) throws(OTLPDecodingError) -> DecodedTelemetry
  ) async throws(Failure) -> Response {
    let type = try otlpContentType()
    var body = try await readBody()
    let bytes = body.bytes.count
    let telemetry: DecodedTelemetry
    do throws(OTLPDecodingError) {
      telemetry = try decode(body.take(), type.encoding)
    } catch {
      throw .noOTLP(error)
    }
    try await confine(telemetry)
    if !telemetry.spans.isEmpty || !telemetry.logs.isEmpty {
      do throws(StoreError) {
        _ = try await store.ingest(telemetry)
      } catch {
        throw .store(error)
      }
    }
    // Until here the body has its place in the budget.
    _ = consume body
    site.counters.took(telemetry, of: signal, bytes: bytes)
    let rejections = telemetry.rejections
    let response = ExportResponse(signal, rejectedCount: rejections.count, message: rejections.firstReason)
    return .otlp(type, type.encoding.encode(response))
  }

  /// The project that a header names, else that of a key which is limited to one.
  /// Source: Phoenix `x-project-name`, LangSmith `Langsmith-Project`, Opik `projectName`.
  var requestProject: String? {
    for name in [HTTPField.Name.xProjectName, .langsmithProject, .opikProjectName] {
      if let value = request.headers[name]?.trimmingSpace, !value.isEmpty { return String(value) }
    }
    return caller.project?.text
  }
}

extension Failure {
  /// Deep nesting makes a long path, of which the beginning says enough.
  static func noOTLP(_ error: OTLPDecodingError) -> Failure {
    switch error.reason {
    case .tooManySpans, .tooManyEntries: return .tooLarge("The limit is reached: \(error.reason).", isRead: true)
    default: break
    }
    let text = error.description
    return .undecodable("The body is no OTLP: " + (text.utf8.count > 500 ? text.prefix(500) + "…" : text) + ".")
  }
}

extension Exchange {
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

extension HTTPField.Name {
  fileprivate static let xProjectName = literal("x-project-name")
  fileprivate static let langsmithProject = literal("langsmith-project")
  fileprivate static let opikProjectName = literal("projectname")

  /// The names above are tokens; were one not, the header would be `x-invalid`, which nobody sends.
  private static func literal(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .userAgent }
}
