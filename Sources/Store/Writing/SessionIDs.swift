import Telemetry

/// The IDs of recent sessions: each costs two rounds of SHA-1, and every trace of a commit asks for its session's.
/// Confined to the writer.
final class SessionIDs {
  private struct Names: Hashable {
    var project: ProjectName
    var session: SessionName
  }

  private static let countMax = 8_192
  private var ids: [Names: SessionID] = [:]

  func id(_ project: ProjectName, _ session: SessionName) -> SessionID {
    let names = Names(project: project, session: session)
    if let id = ids[names] { return id }
    if ids.count >= Self.countMax { ids.removeAll() }
    let id = SessionID(project: project, name: session)
    ids[names] = id
    return id
  }
}
