import Synchronization
import Telemetry

/// The browsers that are signed in: digests of their tokens, and which key each showed. Bounded; the oldest goes first.
final class SignIns: Sendable {
  private struct SignIn {
    let tokenDigest: [UInt8]
    let keyDigest: [UInt8]
    let begin: ContinuousClock.Instant
  }

  private let countMax: Int
  private let age: Duration
  private let signIns = Mutex<[SignIn]>([])

  /// - Parameter age: how long a token is good.
  init(countMax: Int, age: Duration) {
    self.countMax = countMax
    self.age = age
  }

  /// A new token of 256 random bits for the holder of `key`.
  func begin(_ key: APIKey, at now: ContinuousClock.Instant) -> String {
    let token = Hex.encode(Secret.randomBytes())
    let signIn = SignIn(tokenDigest: SHA256.digest(Array(token.utf8)), keyDigest: key.digest, begin: now)
    signIns.withLock { signIns in
      if signIns.count >= countMax { signIns.removeFirst() }
      signIns.append(signIn)
    }
    return token
  }

  /// The digest of the key that was shown for this token; nil for a token that is unknown or too old.
  func keyDigest(of token: String, at now: ContinuousClock.Instant) -> [UInt8]? {
    let digest = SHA256.digest(Array(token.utf8))
    return signIns.withLock { signIns in
      signIns.removeAll { now - $0.begin > age }
      var found: [UInt8]?
      for signIn in signIns where signIn.tokenDigest.isEqualInConstantTime(to: digest) { found = signIn.keyDigest }
      return found
    }
  }

  func end(_ token: String) {
    let digest = SHA256.digest(Array(token.utf8))
    signIns.withLock { $0.removeAll { $0.tokenDigest.isEqualInConstantTime(to: digest) } }
  }
}
