import HTTPTypes
import HummingbirdCore
import NIOCore
import Synchronization

/// The bytes of large answers that may be in memory at once, from when one is made until its client has taken it. What
/// does not fit is refused, not kept waiting: it is made already, and would take its memory meanwhile.
final class AnswerBudget: Sendable {
  /// The bytes of one answer; they are free when nobody holds this any more.
  private final class Place: Sendable {
    private let budget: AnswerBudget
    private let bytes: Int

    init(_ bytes: Int, of budget: AnswerBudget) {
      self.budget = budget
      self.bytes = bytes
    }

    deinit { budget.used.withLock { $0 -= bytes } }
  }

  private let bytesMax: Int
  private let smallBytesMax: Int
  private let used = Mutex(0)

  /// - Parameter smallBytesMax: answers of so many bytes need no place.
  init(bytesMax: Int, smallBytesMax: Int) {
    self.bytesMax = bytesMax
    self.smallBytesMax = smallBytesMax
  }

  /// The same answer, holding its place until its client has taken nearly all of it. One larger than the whole budget is
  /// let in alone.
  func admit(_ response: Response) throws(Failure) -> Response {
    guard let bytes = response.body.contentLength, bytes > smallBytesMax else { return response }
    let fits = used.withLock { used in
      guard used == 0 || used + bytes <= bytesMax else { return false }
      used += bytes
      return true
    }
    guard fits else { throw .overloaded("Too many large answers are being taken at once.") }
    let place = Place(bytes, of: self)
    let body = response.body
    var response = response
    response.body = ResponseBody(contentLength: bytes) { writer in
      try await body.write(PieceWriter(writer))
      withExtendedLifetime(place) {}
    }
    return response
  }
}

/// Hands on large buffers in pieces, each when the client has taken most of those before it. A piece is a copy, so that
/// one that is left untaken does not hold the whole.
private struct PieceWriter: ResponseBodyWriter {
  private static let bytesMax = 256 << 10
  private var base: any ResponseBodyWriter

  init(_ base: any ResponseBodyWriter) { self.base = base }

  mutating func write(_ buffer: ByteBuffer) async throws {
    var rest = buffer
    while let piece = rest.readSlice(length: min(rest.readableBytes, Self.bytesMax)), piece.readableBytes > 0 {
      try await base.write(ByteBuffer(bytes: piece.readableBytesView))
    }
  }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws { try await base.finish(trailingHeaders) }
}
