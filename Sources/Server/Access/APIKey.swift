package import Telemetry

/// A key that lets somebody in. The secret itself is not kept: only its digest, which 256 random bits need no salt for.
package struct APIKey: Sendable, Equatable {
  package enum Scope: String, Sendable, CaseIterable {
    case ingest, read, all
  }

  /// Names the key in lists and commands; says nothing of the secret.
  package var id: String
  /// What the operator calls it.
  package var name: String
  package var scope: Scope
  /// nil: every project.
  package var project: ProjectName?
  /// SHA-256 of the secret's UTF-8, 32 bytes.
  package var digest: [UInt8]
  /// nil: given on the command line.
  package var created: UnixNanoseconds?

  package init(
    id: String, name: String, scope: Scope, project: ProjectName?, digest: [UInt8], created: UnixNanoseconds?
  ) {
    self.id = id
    self.name = name
    self.scope = scope
    self.project = project
    self.digest = digest
    self.created = created
  }

  /// A key for everything, as the operator chose it.
  package init(secret: String, name: String) {
    self.init(
      id: name, name: name, scope: .all, project: nil, digest: SHA256.digest(Array(secret.utf8)), created: nil)
  }

  func permits(_ permission: Permission) -> Bool {
    switch (permission, scope) {
    case (.open, _), (_, .all), (.ingest, .ingest), (.read, .read): true
    default: false
    }
  }
}

extension [APIKey] {
  /// The key of a secret. Every key is compared, and every byte of each, so that the time that it takes tells nothing of
  /// how much of a guess was right; it does not depend on which key fits either.
  func key(of secret: String) -> APIKey? {
    let digest = SHA256.digest(Array<UInt8>(secret.utf8))
    var found: APIKey?
    for key in self where key.digest.isEqualInConstantTime(to: digest) { found = key }
    return found
  }
}

extension [UInt8] {
  func isEqualInConstantTime(to other: [UInt8]) -> Bool {
    guard count == other.count else { return false }
    var difference: UInt8 = 0
    for (a, b) in zip(self, other) { difference |= a ^ b }
    return difference == 0
  }
}
