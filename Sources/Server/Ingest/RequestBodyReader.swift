import Compression
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTPTypes
import Telemetry

extension Exchange {
  /// Reads the body within the limits, decompressed.
  ///
  /// - Parameter limit: bytes, where fewer than in any request make sense.
  func readBody(limit bytesMax: Int = .max) async throws(Failure) -> ReadBody {
    let encoding = try contentEncoding()
    let limits = site.configuration.limits
    let limit = min(limits.requestBodyBytesMax, bytesMax)
    let declared = hasBody ? request.declaredLength : 0
    if let declared, declared > limit { throw Failure.tooLarge("The request body", limit: limit, isRead: false) }
    let lease = try await takeLease(declared)
    var body = ReadBody(bytes: [], budget: site.bodies, leased: lease)
    if request.headers[.expect]?.lowercased() == "100-continue" { await sayContinue() }
    body.bytes = try await collect(declared: declared, limit: limit)
    guard let encoding else { return body }
    return try body.decompressed(encoding, limits, bytesMax: bytesMax)
  }

  private var smallBodyBytesMax: Int { site.configuration.limits.smallBodyBytesMax }

  private var hasBody: Bool {
    request.headers[.contentLength] != nil || request.headers[.transferEncoding] != nil
  }

  /// A chunked body says nothing of its size: it takes as much as most requests need, and grows unasked to the limit.
  private func takeLease(_ declared: Int?) async throws(Failure) -> Int {
    let wanted = declared ?? 1 << 20
    if wanted <= smallBodyBytesMax { return 0 }
    guard await site.bodies.take(wanted) else {
      throw .overloaded("Too many request bodies are being handled at once.")
    }
    return wanted
  }

  /// Source: RFC 9110 §10.1.1. Requests of a connection are handled one after the other, so this can't overtake an answer.
  private func sayContinue() async {
    try? await channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
  }

  private func collect(declared: Int?, limit: Int) async throws(Failure) -> [UInt8] {
    var bytes = site.bodies.spares.take(declared ?? smallBodyBytesMax)
    do {
      for try await chunk in request.body {
        if bytes.count + chunk.readableBytes > limit {
          throw Failure.tooLarge("The request body", limit: limit, isRead: false)
        }
        // What is reserved costs no memory until it is written, growing by copying does.
        if declared == nil, bytes.count > bytes.capacity / 2 { bytes.reserveCapacity(min(bytes.capacity * 8, limit)) }
        bytes.append(contentsOf: chunk.readableBytesView)
      }
    } catch let failure as Failure {
      throw failure
    } catch {
      throw .disconnected(error)
    }
    if let declared, bytes.count < declared { throw .disconnected(ChannelError.eof) }
    return bytes
  }

  /// nil: the body comes as it is.
  private func contentEncoding() throws(Failure) -> ContentEncoding? {
    guard let value = request.headers[.contentEncoding]?.lowercased().trimmingSpace else { return nil }
    switch value {
    case "", "identity": return nil
    case "gzip", "x-gzip": return .gzip
    case "deflate": return .deflate
    case "zstd": return .zstd
    default:
      throw .unsupportedEncoding("The content encoding is none of gzip, deflate, zstd and identity.")
    }
  }
}

extension Request {
  /// Bytes that the client says will come, as a number that is too large to count counts as the largest; nil when the
  /// body is chunked, or there is none.
  var declaredLength: Int? { headers[.contentLength].map { Int($0) ?? .max } }
}
