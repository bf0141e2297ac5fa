import OTLP
import Synchronization

/// What the server has done since it started.
final class Counters: Sendable {
  struct Counts: Sendable {
    /// By status code.
    var answers: [Int: Int64] = [:]
    /// Calls over gRPC by status code; 0 is OK.
    var calls: [Int32: Int64] = [:]
    /// Requests that were refused, by the type of their problem.
    var refusals: [String: Int64] = [:]
    /// What was taken, repeated deliveries included.
    var acceptedSpans: Int64 = 0
    var acceptedLogs: Int64 = 0
    var acceptedPoints: Int64 = 0
    /// What was left out because it can't be kept.
    var rejectedSpans: Int64 = 0
    var rejectedLogs: Int64 = 0
    /// Bytes of OTLP bodies, decompressed.
    var bodyBytes: Int64 = 0
    /// IDs that came as base64 in JSON.
    var base64IDs: Int64 = 0
  }

  private let state = Mutex(Counts())

  var counts: Counts { state.withLock { $0 } }

  func answered(_ status: Int) {
    state.withLock { $0.answers[status, default: 0] += 1 }
  }

  func called(_ code: Int32) {
    state.withLock { $0.calls[code, default: 0] += 1 }
  }

  func refused(_ type: String) {
    state.withLock { $0.refusals[type, default: 0] += 1 }
  }

  /// To be called when the request is committed.
  func took(_ telemetry: DecodedTelemetry, of signal: ExportResponse.Signal, bytes: Int) {
    state.withLock { counts in
      counts.acceptedSpans += Int64(telemetry.spans.count)
      counts.acceptedLogs += Int64(telemetry.logs.count)
      counts.base64IDs += Int64(telemetry.base64IDCount)
      counts.bodyBytes += Int64(bytes)
      switch signal {
      case .traces: counts.rejectedSpans += Int64(telemetry.rejections.count)
      case .logs: counts.rejectedLogs += Int64(telemetry.rejections.count)
      case .metrics: break
      }
    }
  }

  func took(points: Int, bytes: Int) {
    state.withLock { counts in
      counts.acceptedPoints += Int64(points)
      counts.bodyBytes += Int64(bytes)
    }
  }
}
