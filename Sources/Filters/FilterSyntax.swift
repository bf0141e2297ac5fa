package import Telemetry

/// A filter as it was written, before its fields are looked up.
package indirect enum FilterSyntax: Sendable, Equatable {
  /// At least two.
  case all([FilterSyntax])
  case any([FilterSyntax])
  case not(FilterSyntax)
  case restriction(Restriction)

  package struct Restriction: Sendable {
    package var path: FieldPath
    package var comparator: Comparator
    package var argument: Argument
  }

  /// A field's name: segments between dots.
  package struct FieldPath: Sendable {
    package struct Segment: Sendable {
      package var text: ExactText
      package var isQuoted: Bool
    }
    /// At least one.
    package var segments: [Segment]
    /// As `FilterError.position`.
    package var position: Int
  }

  package enum Comparator: String, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case has = ":"
  }

  package struct Argument: Sendable {
    package var literal: Literal
    /// What was written, where it stood without quotation marks.
    package var word: ExactText?
    /// As `FilterError.position`.
    package var position: Int
  }

  package enum Literal: Sendable, Equatable {
    case text(ExactText)
    case number(ExactNumber)
    case flag(Bool)
    case null
    case time(UnixNanoseconds)
    case duration(nanoseconds: Int64)
    /// `*`
    case anything
  }
}

/// Equal when the same is written; where it stands does not matter.
extension FilterSyntax.Restriction: Equatable {
  package static func == (a: Self, b: Self) -> Bool {
    a.path == b.path && a.comparator == b.comparator && a.argument == b.argument
  }
}

extension FilterSyntax.FieldPath: Equatable {
  package static func == (a: Self, b: Self) -> Bool { a.segments == b.segments }
}

extension FilterSyntax.FieldPath.Segment: Equatable {}

extension FilterSyntax.Argument: Equatable {
  package static func == (a: Self, b: Self) -> Bool { a.literal == b.literal && a.word == b.word }
}

extension FilterSyntax: CustomStringConvertible {
  /// A text that is read back as the same syntax.
  package var description: String {
    switch self {
    case .all(let parts): parts.map(\.grouped).joined(separator: " AND ")
    case .any(let parts): parts.map(\.grouped).joined(separator: " OR ")
    case .not(let part): "NOT \(part.grouped)"
    case .restriction(let restriction):
      "\(restriction.path.text) \(restriction.comparator.rawValue) \(restriction.argument.text)"
    }
  }

  private var grouped: String {
    switch self {
    case .all, .any: "(\(description))"
    case .not, .restriction: description
    }
  }
}

extension FilterSyntax.FieldPath {
  package var text: String {
    segments.map { $0.isQuoted ? FilterScanner.quoted($0.text.text) : $0.text.text }.joined(separator: ".")
  }
}

extension FilterSyntax.Argument {
  fileprivate var text: String {
    if let word { return word.text }
    if case .text(let text) = literal { return FilterScanner.quoted(text.text) }
    return ""
  }
}
