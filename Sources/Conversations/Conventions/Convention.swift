/// One row of the conventions table: a key that a producer sends, and what Steno takes it for. Rows of one role stand in
/// the order in which they win: the first that yields a value counts.
package struct Convention: Sendable {
  /// What a value is taken for.
  package enum Role: UInt8, Sendable, CaseIterable {
    case session, user, project, serviceName
    case kind, model, requestParameters, responseID
    case inputTokens, outputTokens, totalTokens, cachedTokens, reasoningTokens, usage
    case cost, costPart, costDetails
    case metadata, metadataMember, tags
    case spanType, pendingParent
    /// May hold a provider's whole response, and with it the response's ID.
    case response
    /// A source of messages or of a span's text; `detail` says which: MessageConventions.swift.
    case messages
  }

  /// Where the key stands.
  package enum Place: UInt8, Sendable, CaseIterable {
    case span, resource, header, event, log
  }

  package enum Pattern: Sendable, Hashable {
    /// The key itself.
    case key(String)
    /// Every key that begins with this; `shape` is how documentation writes them, e.g. `llm.input_messages.N.message.*`.
    case family(prefix: String, shape: String)
    /// A member of the JSON object that stands under another key.
    case member(String, of: String)
  }

  /// How the value is read, where it isn't simply taken.
  package enum Reading: UInt8, Sendable {
    case plain
    /// The text is JSON: its value is meant, where it parses.
    case json
    /// Zero says that the producer doesn't know.
    case zeroIsUnknown
  }

  package var role: Role
  package var pattern: Pattern
  package var place: Place
  /// Who sends it.
  package var producer: String
  /// In which versions, as far as they were seen; empty: any.
  package var version: String
  /// Where the producer's documentation or source says so.
  package var source: String
  package var reading: Reading
  /// What the readers of a role tell its rows apart by.
  package var detail: UInt16

  package init(
    _ role: Role, _ pattern: Pattern, at place: Place = .span, by producer: String, version: String = "",
    source: String, reading: Reading = .plain, detail: UInt16 = 0
  ) {
    self.role = role
    self.pattern = pattern
    self.place = place
    self.producer = producer
    self.version = version
    self.source = source
    self.reading = reading
    self.detail = detail
  }

  /// The key as documentation and `explain` write it.
  package var key: String {
    switch pattern {
    case .key(let key): key
    case .family(_, let shape): shape
    case .member(let name, let key): "\(key)[\"\(name)\"]"
    }
  }

  /// The row's name: its role and its key.
  package var name: String { Self.name(role, key) }

  static func name(_ role: Role, _ key: String) -> String { "\(role): \(key)" }
}
