import Compression
import Store
import Telemetry

/// A body that is in memory, and its place in the budget, which it gives back with its end.
struct ReadBody: ~Copyable, Sendable {
  var bytes: [UInt8] = []
  private let budget: BodyBudget
  private let leased: Int

  /// - Parameter leased: bytes that were taken from the budget for it.
  init(bytes: [UInt8] = [], budget: BodyBudget, leased: Int) {
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

extension ReadBody {
  /// The content of a compressed body, whose own place is given back.
  ///
  /// - Parameter bytesMax: bytes, where fewer than in any request make sense.
  consuming func decompressed(
    _ encoding: ContentEncoding, _ limits: Limits, bytesMax: Int = .max
  ) throws(Failure) -> ReadBody {
    let limit = min(limits.decompressedBodyBytesMax, bytesMax)
    let decoded: [UInt8]
    do throws(CompressionError) {
      decoded = try encoding.decompress(bytes, limit: limit)
    } catch {
      switch error {
      case .tooLarge: throw .tooLarge("The decompressed request body", limit: limit, isRead: true)
      case .truncated(let format): throw .undecodable("The \(format) body ends too early.")
      case .corrupt(let format, let reason): throw .undecodable("The \(format) body can't be decompressed: \(reason).")
      case .outOfMemory: throw .store(.overloaded("There is no memory to decompress the request body."))
      }
    }
    let extra = decoded.count > limits.smallBodyBytesMax ? decoded.count : 0
    guard extra == 0 || budget.tryExtend(extra, own: leased) else {
      throw .store(.overloaded("Too many request bodies are being handled at once."))
    }
    return ReadBody(bytes: decoded, budget: budget, leased: extra)
  }
}

extension Failure {
  static func tooLarge(_ what: String, limit: Int, isRead: Bool) -> Failure {
    .tooLarge("\(what) is larger than the limit of \(limit) bytes.", isRead: isRead)
  }
}
