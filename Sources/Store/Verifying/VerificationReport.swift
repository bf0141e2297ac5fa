/// What `verify` found: the derived rows that differ from what the stored spans say.
package struct VerificationReport: Sendable {
  package struct Drift: Sendable, Equatable {
    /// The kind of row: trace, session, user, project, message.
    package var kind: String
    /// The row's ID or name.
    package var id: String
    /// The first field that differs, or that the row is missing or too many.
    package var field: String
  }

  package var traces = 0
  package var sessions = 0
  package var users = 0
  package var projects = 0
  package var drifts: [Drift] = []
  /// Damage that SQLite's own check reports; empty for a sound file.
  package var damage: [String] = []

  package var isClean: Bool { drifts.isEmpty && damage.isEmpty }

  mutating func note(_ kind: String, _ id: String, _ field: String) {
    drifts.append(Drift(kind: kind, id: id, field: field))
  }
}
