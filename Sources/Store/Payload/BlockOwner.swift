import Conversations
import Telemetry

/// Whose content a block holds: one session's, or that of one trace without a session. No block and no compression
/// prefix is shared between sessions.
enum BlockOwner: Hashable, Comparable {
  case session(SessionID)
  case trace(TraceID)

  /// By what the trace's rows say, and for a trace without rows by what its spans say. A trace that moves to another
  /// session later leaves the blocks where they are.
  init(of state: TraceState, _ ids: SessionIDs) {
    if let entry = state.entry, let session = entry.session {
      self = .session(ids.id(entry.project, session))
    } else if let summary = state.summary(), let session = summary.session {
      self = .session(ids.id(summary.project.value, session.value))
    } else {
      self = .trace(state.traceID)
    }
  }

  static func < (a: BlockOwner, b: BlockOwner) -> Bool {
    switch (a, b) {
    case (.session(let a), .session(let b)): a < b
    case (.trace(let a), .trace(let b)): a < b
    case (.session, .trace): true
    case (.trace, .session): false
    }
  }
}
