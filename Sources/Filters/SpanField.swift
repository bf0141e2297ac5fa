package import Telemetry

/// A value that spans carry and rows don't: an attribute, one of its resource, or a member of its metadata.
package struct SpanField: Sendable, Equatable {
  package enum Place: String, Sendable, CaseIterable { case attributes, resource, metadata }

  package let place: Place
  /// What may be its key and where it lies below that key, the longest key first: `a.b.c` is the key `a.b.c`, else `c`
  /// below `a.b`, else `b.c` below `a`, and there again the longest key that fits counts.
  package let keys: [Key]

  package struct Key: Sendable, Equatable {
    package let text: ExactText
    package let utf8: [UInt8]
    /// The path below the key; empty where the key is all.
    package let rest: ArraySlice<ExactText>
  }

  init(place: Place, path: [ExactText]) {
    self.place = place
    keys = Self.keys(path[...])
  }

  /// The keys that a path may begin with, the longest first.
  package static func keys(_ path: ArraySlice<ExactText>) -> [Key] {
    (1...max(1, path.count)).reversed().compactMap { count in
      guard count <= path.count else { return nil }
      let text = path.prefix(count).map(\.text).joined(separator: ".")
      return Key(text: ExactText(text), utf8: Array(text.utf8), rest: path.dropFirst(count))
    }
  }
}
