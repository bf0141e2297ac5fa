import Filters
import HTTPTypes
import OTLP
import Store

/// What a failure is to the client.
struct ErrorAnswer {
  var status: HTTPResponse.Status
  /// For OTLP answers.
  var code: RPCStatus.Code
  /// The part of the problem's type that names it.
  var type: String
  var detail: String
  var parameter: String?
  /// Where in the parameter's value the trouble begins: a Unicode scalar, counted from 1.
  var position: Int?
  /// Headers that the status asks for.
  var headers: HTTPFields = [:]
  /// The body of the request was not read to its end.
  var leavesBody = false
}

/// The one table of errors and statuses.
/// Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response and #otlpgrpc-response, RFC 9110 §15; never 3xx,
/// 408, 429 or 500, which exporters in the field take for success or for a reason to drop data.
extension Failure {
  /// nil: nobody is there to be answered.
  var answer: ErrorAnswer? {
    switch self {
    case .invalidParameter(let name, let detail):
      ErrorAnswer(
        status: .badRequest, code: .invalidArgument, type: "invalid-parameter", detail: detail,
        parameter: name.isEmpty ? nil : name)
    case .invalidFilter(let error):
      ErrorAnswer(
        status: .badRequest, code: .invalidArgument, type: "invalid-filter", detail: error.message,
        parameter: "filter", position: error.position)
    case .invalidMember(let name, let detail):
      ErrorAnswer(
        status: .badRequest, code: .invalidArgument, type: "invalid-member", detail: detail, parameter: name)
    case .undecodable(let detail):
      ErrorAnswer(status: .badRequest, code: .invalidArgument, type: "undecodable-body", detail: detail)
    case .notFound(let detail):
      ErrorAnswer(status: .notFound, code: .notFound, type: "not-found", detail: detail, leavesBody: true)
    case .unauthenticated:
      ErrorAnswer(
        status: .unauthorized, code: .unauthenticated, type: "unauthenticated",
        detail: "This server asks for an API key: Authorization: Bearer KEY, Basic, or X-Api-Key.",
        headers: [.wwwAuthenticate: #"Bearer realm="steno""#], leavesBody: true)
    case .forbidden(let detail):
      ErrorAnswer(
        status: .forbidden, code: .permissionDenied, type: "forbidden", detail: detail, leavesBody: true)
    case .misdirected:
      ErrorAnswer(
        status: .misdirectedRequest, code: .permissionDenied, type: "unknown-host",
        detail: "This server does not answer to the name in Host: start it with --allow-host NAME if it should.",
        leavesBody: true)
    case .targetTooLong(let limit):
      ErrorAnswer(
        status: .uriTooLong, code: .invalidArgument, type: "target-too-long",
        detail: "Path and query are longer than the limit of \(limit) bytes.", leavesBody: true)
    case .methodNotAllowed(let allowed):
      ErrorAnswer(
        status: .methodNotAllowed, code: .unimplemented, type: "method-not-allowed",
        detail: "This path answers \(allowed).", headers: [.allow: allowed], leavesBody: true)
    case .unimplemented(let detail):
      ErrorAnswer(status: .notImplemented, code: .unimplemented, type: "unimplemented", detail: detail)
    case .tooLarge(let detail, let isRead):
      ErrorAnswer(
        status: .contentTooLarge, code: .resourceExhausted, type: "body-too-large", detail: detail,
        leavesBody: !isRead)
    case .unsupportedMediaType(let detail):
      ErrorAnswer(
        status: .unsupportedMediaType, code: .invalidArgument, type: "unsupported-media-type", detail: detail,
        headers: [.accept: "application/x-protobuf, application/json"], leavesBody: true)
    case .unsupportedPatch(let detail):
      ErrorAnswer(
        status: .unsupportedMediaType, code: .invalidArgument, type: "unsupported-media-type", detail: detail,
        headers: [.acceptPatch: "application/merge-patch+json, application/json"], leavesBody: true)
    case .unsupportedEncoding(let detail):
      ErrorAnswer(
        status: .unsupportedMediaType, code: .invalidArgument, type: "unsupported-encoding", detail: detail,
        headers: [.acceptEncoding: "gzip, deflate, zstd, identity"], leavesBody: true)
    case .overloaded(let detail): .unavailable(type: "overloaded", detail, leavesBody: true)
    case .store(.overloaded(let detail)): .unavailable(type: "overloaded", detail)
    case .store(.unavailable(let detail)): .unavailable(type: "storage-unavailable", detail)
    case .store(.unusable(let detail, let hint)): .unavailable(type: "storage-unusable", "\(detail). \(hint)")
    // No 503: asking the same again would take as long again.
    case .store(.interrupted(let detail)):
      ErrorAnswer(
        status: .unprocessableContent, code: .deadlineExceeded, type: "question-too-wide", detail: detail)
    case .store(.switchedOff(let detail)):
      ErrorAnswer(status: .notFound, code: .unimplemented, type: "switched-off", detail: detail)
    case .disconnected: nil
    }
  }
}

extension ErrorAnswer {
  fileprivate static func unavailable(type: String, _ detail: String, leavesBody: Bool = false) -> ErrorAnswer {
    ErrorAnswer(
      status: .serviceUnavailable, code: .unavailable, type: type, detail: detail, headers: [.retryAfter: "1"],
      leavesBody: leavesBody)
  }
}

extension HTTPField.Name {
  /// Source: RFC 5789 §3.1.
  fileprivate static let acceptPatch = HTTPField.Name("Accept-Patch") ?? .accept
}
