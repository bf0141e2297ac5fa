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

  private static let index = "index.html"
  private let files: [String: File]
  /// Names the content of all files, and stands in the addresses of those that the page asks for.
  private let version: String

  init() {
    let digests = EmbeddedPage.files.map { Hex.encode(SHA256.digest(Array($0.text.utf8))) }
    let version = Hex.encode(SHA256.digest(Array(digests.sorted().joined().utf8)).prefix(6))
    self.version = version
    files = EmbeddedPage.files.reduce(into: [:]) { files, file in
      var bytes = Array(file.text.utf8)
      if file.name == Self.index { bytes = Array(file.text.replacing("\"assets/", with: "\"assets/\(version)/").utf8) }
      let packed = try? Gzip.compress(bytes)
      files[file.name] = File(
        contentType: Self.contentType(of: file.name), plain: ByteBuffer(bytes: bytes),
        gzip: packed.flatMap { $0.count < bytes.count ? ByteBuffer(bytes: $0) : nil },
        tag: "\"\(Hex.encode(SHA256.digest(bytes).prefix(12)))\"")
    }
  }

  /// The page itself. Its first question is told ahead of the modules that ask it.
  func page(_ request: Request, _ target: RequestTarget) -> Response? {
    var response = respond(Self.index, request, cacheControl: "no-cache")
    if target.query.isEmpty || target.query == "view=sessions" { response?.headers[.link] = Self.firstQuestion }
    return response
  }

  /// The file of a name; nil when the page has none such. Under the version of these files it stays what it is for good;
  /// a page that was loaded from another Steno asks under another version, and gets the file of this one.
  func file(_ name: String, version: String, _ request: Request) -> Response? {
    respond(
      name, request, cacheControl: version == self.version ? "public, max-age=31536000, immutable" : "no-cache")
  }

  private func respond(_ name: String, _ request: Request, cacheControl: String) -> Response? {
    guard let file = files[name] else { return nil }
    var headers = Self.security
    headers[.contentType] = file.contentType
    headers[.cacheControl] = cacheControl
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
    return page(request, target)
  }

  /// What `first-question.js` asks for the list that is shown where the address names none: the same address, byte for
  /// byte, so that the browser gives it this answer. Source: https://html.spec.whatwg.org/multipage/links.html, preload.
  private static let firstQuestion = "<api/v1/sessions?limit=20>; rel=preload; as=fetch; crossorigin=anonymous"

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
  fileprivate static let link = HTTPField.Name("Link") ?? .xContentTypeOptions
  fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .xContentTypeOptions
}
