import Compression
import HTTPTypes
import NIOHPACK
import OTLP

/// A method that this server has.
enum CallMethod: Sendable {
  case export(ExportResponse.Signal)
  case checkHealth

  /// Source: opentelemetry-proto, collector/*/v1/*_service.proto; grpc.health.v1.
  private static let byPath: [String: CallMethod] = [
    "/opentelemetry.proto.collector.trace.v1.TraceService/Export": .export(.traces),
    "/opentelemetry.proto.collector.logs.v1.LogsService/Export": .export(.logs),
    "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export": .export(.metrics),
    "/grpc.health.v1.Health/Check": .checkHealth,
  ]

  /// nil: another path.
  init?(path: String) {
    guard let method = Self.byPath[path] else { return nil }
    self = method
  }

  /// Whether a service of this full name is served; the empty name is the server as a whole.
  static func isServed(_ service: String) -> Bool {
    service.isEmpty || byPath.keys.contains { $0.utf8.starts(with: "/\(service)/".utf8) }
  }
}

/// What the headers of a call say.
/// Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, "Requests".
struct CallHead: Sendable {
  /// Why headers begin no call that can be answered.
  enum Refusal: Error {
    /// The request is no gRPC: it is answered by an HTTP status alone.
    case notGRPC(status: Int)
    case failure(Failure)
  }

  /// What `grpc-encoding` may be.
  static let encodings = "identity,gzip,deflate"

  let method: CallMethod
  /// How a message that is marked as compressed is; nil: none may be.
  let encoding: ContentEncoding?
  /// The same keys as the headers of a request over HTTP.
  let metadata: HTTPFields

  init(_ headers: HPACKHeaders) throws(Refusal) {
    guard Self.isGRPC(headers.first(name: "content-type") ?? "") else { throw .notGRPC(status: 415) }
    guard headers.first(name: ":method") == "POST" else { throw .notGRPC(status: 405) }
    guard let method = CallMethod(path: headers.first(name: ":path") ?? "") else {
      throw .failure(.unimplemented("There is no such method: OTLP's Export and grpc.health.v1.Health/Check are."))
    }
    self.method = method
    switch headers.first(name: "grpc-encoding")?.lowercased() {
    case nil, "identity": encoding = nil
    case "gzip": encoding = .gzip
    case "deflate": encoding = .deflate
    default: throw .failure(.unimplemented("The compression of the message is none of \(Self.encodings)."))
    }
    var metadata = HTTPFields()
    for header in headers {
      guard !header.name.utf8.starts(with: ":".utf8), let name = HTTPField.Name(header.name) else { continue }
      metadata.append(HTTPField(name: name, value: header.value))
    }
    self.metadata = metadata
  }

  /// Protobuf is what a content type without a suffix means.
  private static func isGRPC(_ contentType: String) -> Bool {
    let media = contentType.lowercased().prefix { $0 != ";" }.trimmingSpace
    return media == "application/grpc" || media == "application/grpc+proto"
  }
}
