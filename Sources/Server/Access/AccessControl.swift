package import Logging
import Synchronization
package import Telemetry

/// Why somebody is not let in.
package enum AccessRefusal: Error, Sendable {
  /// No key, or none that is known.
  case unauthenticated
  /// The key is known, and may not do this.
  case forbidden(APIKey.Scope)
}

/// Who asks.
package struct Caller: Sendable {
  /// What the caller sees and sends is of this project; nil: of every project.
  package var project: ProjectName?
  /// It showed the cookie of a browser, which a page of another origin may have made the browser send.
  package var isBrowser = false
}

/// The one place that decides who is let in, for HTTP and gRPC. While no key is configured, everybody is, and
/// credentials that come along are ignored. Once there was a key, there is no way back to that but a restart: a file of
/// keys that vanishes opens nothing.
package final class AccessControl: Sendable {
  private struct State {
    var fileKeys: [APIKey]
    var stamp: FileStamp?
    var nextLook: ContinuousClock.Instant
    var isRequired: Bool
  }

  /// How often the file of keys is looked at: a key that is added or revoked counts from then on.
  private static let lookInterval = Duration.seconds(1)
  private static let signInAge = Duration.seconds(12 * 3600)
  private static let signInsMax = 1_000

  private let keys: [APIKey]
  private let path: String?
  private let logger: Logger?
  private let state: Mutex<State>
  private let signIns = SignIns(countMax: signInsMax, age: signInAge)

  /// - Parameters:
  ///   - keys: those of the command line.
  ///   - path: the file of keys, which need not exist yet; nil: none.
  package init(keys: [APIKey] = [], path: String? = nil, logger: Logger? = nil) throws(KeyFile.Failure) {
    self.keys = keys
    self.path = path
    self.logger = logger
    let stamp = path.flatMap { FileStamp($0) }
    var fileKeys: [APIKey] = []
    if let path { fileKeys = try KeyFile.read(path) }
    state = Mutex(
      State(
        fileKeys: fileKeys, stamp: stamp, nextLook: .now + Self.lookInterval,
        isRequired: !keys.isEmpty || !fileKeys.isEmpty))
  }

  /// Lets everybody in.
  package static let open = AccessControl()

  private init() {
    keys = []
    path = nil
    logger = nil
    state = Mutex(State(fileKeys: [], stamp: nil, nextLook: .now, isRequired: false))
  }

  /// Whether a key is asked for.
  package var isRequired: Bool { state.withLock { $0.isRequired } }

  /// Decides over one request.
  package func admit(
    _ credentials: @autoclosure () -> Credentials, for permission: Permission
  ) throws(AccessRefusal) -> Caller {
    if permission == .open { return Caller() }
    let (fileKeys, isRequired) = look()
    guard isRequired else { return Caller() }
    let all = keys + fileKeys
    let credentials = credentials()
    var known: APIKey?
    for secret in credentials.secrets {
      guard let key = all.key(of: secret) else { continue }
      if key.permits(permission) { return Caller(project: key.project) }
      known = known ?? key
    }
    if let token = credentials.cookie, let digest = signIns.keyDigest(of: token, at: .now),
      let key = all.first(where: { $0.digest == digest })
    {
      if key.permits(permission) { return Caller(project: key.project, isBrowser: true) }
      known = known ?? key
    }
    if let known { throw .forbidden(known.scope) }
    throw .unauthenticated
  }

  /// A token for a browser that shows a key which may read; nil: no key is asked for.
  func signIn(_ secret: String) throws(AccessRefusal) -> String? {
    let (fileKeys, isRequired) = look()
    guard isRequired else { return nil }
    guard let key = (keys + fileKeys).key(of: secret) else { throw .unauthenticated }
    guard key.permits(.read) else { throw .forbidden(key.scope) }
    return signIns.begin(key, at: .now)
  }

  func signOut(_ token: String) { signIns.end(token) }

  /// The file's keys, read anew when the file has changed. A file that can't be read leaves them as they were.
  private func look() -> (keys: [APIKey], isRequired: Bool) {
    guard let path else { return ([], !keys.isEmpty) }
    return state.withLock { state in
      if ContinuousClock.now >= state.nextLook {
        state.nextLook = .now + Self.lookInterval
        let stamp = FileStamp(path)
        if stamp != state.stamp {
          state.stamp = stamp
          do throws(KeyFile.Failure) {
            state.fileKeys = try KeyFile.read(path)
            state.isRequired = state.isRequired || !state.fileKeys.isEmpty
            logger?.notice("keys read", metadata: ["count": "\(state.fileKeys.count)"])
          } catch {
            logger?.error("keys not read; those before stay", metadata: ["reason": "\(error.message)"])
          }
        }
      }
      return (state.fileKeys, state.isRequired)
    }
  }
}
