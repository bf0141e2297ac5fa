package import Telemetry

/// A session or a trace that a commit changed, made or took away.
package enum ChangedThing: Hashable, Sendable {
  case session(SessionID)
  case trace(TraceID)
}

extension ChangedThing {
  /// Bytes of one in the table.
  static let byteCount = 17

  /// A kind, then the ID.
  var bytes: [UInt8] {
    switch self {
    case .session(let id): [1] + id.bytes
    case .trace(let id): [2] + id.bytes
    }
  }

  /// nil: no such kind.
  init?(bytes: ArraySlice<UInt8>) {
    switch bytes.first {
    case 1:
      guard let id = SessionID(bytes: bytes.dropFirst()) else { return nil }
      self = .session(id)
    case 2:
      guard let id = TraceID(bytes: bytes.dropFirst()) else { return nil }
      self = .trace(id)
    default: return nil
    }
  }
}
