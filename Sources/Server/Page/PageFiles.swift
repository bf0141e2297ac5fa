import Compression
import HTTPTypes
import HummingbirdCore
import NIOCore
import Telemetry

/// The page's files, in memory since the start, each also compressed.
struct PageFiles: Sendable {
  private struct File: Sendable {
    let contentType: String
    let plain: ByteBuffer
    /// nil: not smaller.
    let gzip: ByteBuffer?
    let tag: String
  }

  private let files: [String: File]

  init() {
    files = EmbeddedPage.files.reduce(into: [:]) { files, file in
      let bytes = Array(file.text.utf8)
      let packed = try? Gzip.compress(bytes)
      files[file.name] = File(
        contentType: Self.contentType(of: file.name), plain: ByteBuffer(bytes: bytes),
        gzip: packed.flatMap { $0.count < bytes.count ? ByteBuffer(bytes: $0) : nil },
        tag: "\"\(Hex.encode(SHA256.digest(bytes).prefix(12)))\"")
    }
  }

  /// The file of a name; nil when the page has none such.
  func file(_ name: String, _ request: Request) -> Response? {
    guard let file = files[name] else { return nil }
    var headers = Self.security
    headers[.contentType] = file.contentType
    headers[.cacheControl] = "no-cache"
    headers[.vary] = "Accept-Encoding"
    // Weak: the packed and the plain file are the same to a browser. Source: RFC 9110 §8.8.3.
    headers[.eTag] = "W/" + file.tag
    if request.headers[values: .ifNoneMatch].contains(where: { $0.contains(file.tag) }) {
      return Response(status: .notModified, headers: headers)
    }
    var body = file.plain
    if let gzip = file.gzip, Self.acceptsGzip(request) {
      headers[.contentEncoding] = "gzip"
      body = gzip
    }
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
  }

  /// The page itself for a path of one segment, from which its relative links lead to its files; nil for what is none of
  /// its own.
  func fallback(_ request: Request, _ target: RequestTarget) -> Response? {
    guard request.headers[values: .accept].contains(where: { $0.contains("text/html") }),
      target.segments.count == 1, let first = target.segments.first, !Self.reserved.contains(String(first))
    else { return nil }
    return file("index.html", request)
  }

  /// First segments of paths that belong to programs.
  private static let reserved: Set<String> = [
    "api", "v1", "tracer", "otel", "assets", "healthz", "readyz", "metrics", "openapi.json",
  ]

  /// Traces are hostile input: no inline script or style, nothing from elsewhere, no frame around it.
  private static let security: HTTPFields = [
    .contentSecurityPolicy:
      "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    .xContentTypeOptions: "nosniff",
    .referrerPolicy: "no-referrer",
  ]

  /// `gzip` or `*` with any weight but 0. Source: RFC 9110 §12.5.3.
  private static func acceptsGzip(_ request: Request) -> Bool {
    request.headers[values: .acceptEncoding].contains { value in
      value.split(separator: ",").contains { coding in
        let parts = coding.split(separator: ";").map(\.trimmingSpace)
        guard parts.first == "gzip" || parts.first == "*" else { return false }
        return !parts.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
      }
    }
  }

  private static func contentType(of name: String) -> String {
    switch name.split(separator: ".").last {
    case "html": "text/html; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "svg": "image/svg+xml"
    case "json": "application/json"
    default: "application/octet-stream"
    }
  }
}

extension HTTPField.Name {
  fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .xContentTypeOptions
}
