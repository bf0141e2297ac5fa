import Compression
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTPTypes
import Store
import Telemetry

/// A body that is in memory, and its place in the budget, which `release` gives back.
struct ReadBody: ~Copyable {
  var bytes: [UInt8]
  private let budget: BodyBudget
  private var leased: Int

  init(bytes: [UInt8], budget: BodyBudget, leased: Int) {
    self.bytes = bytes
    self.budget = budget
    self.leased = leased
  }

  /// The bytes, which are no longer kept here: what is read into another form needs no place twice. The lease stays.
  mutating func take() -> [UInt8] {
    let taken = bytes
    bytes = []
    return taken
  }

  deinit { if leased > 0 { budget.giveBack(leased) } }
}

extension Exchange {
  /// Bytes that the client says will come; nil when the body is chunked.
  private var declaredLength: Int? { request.headers[.contentLength].flatMap { Int($0) } }

  /// Reads the body within the limits, decompressed.
  ///
  /// - Parameter limit: bytes, where fewer than in any request make sense.
  func readBody(limit bytesMax: Int = .max) async throws(Failure) -> ReadBody {
    let encoding = try contentEncoding()
    let limits = site.configuration.limits
    let limit = min(limits.requestBodyBytesMax, bytesMax)
    let declared = hasBody ? declaredLength : 0
    if let declared, declared > limit { throw tooLarge(limit, "The request body", isRead: false) }
    let lease = try await takeLease(declared)
    var body = ReadBody(bytes: [], budget: site.bodies, leased: lease)
    if request.headers[.expect]?.lowercased() == "100-continue" { await sayContinue() }
    body.bytes = try await collect(declared: declared, limit: limit)
    guard let encoding else { return body }
    let decoded = try decompress(body.bytes, encoding, limit: min(limits.decompressedBodyBytesMax, bytesMax))
    let extra = decoded.count > smallBodyBytesMax ? decoded.count : 0
    guard extra == 0 || site.bodies.tryExtend(extra) else {
      throw .store(.overloaded("Too many request bodies are being handled at once."))
    }
    // The compressed bytes give their place back here.
    return ReadBody(bytes: decoded, budget: site.bodies, leased: extra)
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
    try? await connection.channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
  }

  private func collect(declared: Int?, limit: Int) async throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(declared ?? smallBodyBytesMax)
    do {
      for try await chunk in request.body {
        if bytes.count + chunk.readableBytes > limit { throw tooLarge(limit, "The request body", isRead: false) }
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

  private func decompress(
    _ bytes: [UInt8], _ encoding: ContentEncoding, limit: Int
  ) throws(Failure) -> [UInt8] {
    do throws(CompressionError) {
      return try encoding.decompress(bytes, limit: limit)
    } catch {
      switch error {
      case .tooLarge: throw tooLarge(limit, "The decompressed request body", isRead: true)
      case .truncated(let format): throw .undecodable("The \(format) body ends too early.")
      case .corrupt(let format, let reason): throw .undecodable("The \(format) body can't be decompressed: \(reason).")
      case .outOfMemory: throw .store(.overloaded("There is no memory to decompress the request body."))
      }
    }
  }

  private func tooLarge(_ limit: Int, _ what: String, isRead: Bool) -> Failure {
    .tooLarge("\(what) is larger than the limit of \(limit) bytes.", isRead: isRead)
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
