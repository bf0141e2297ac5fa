import Telemetry

/// The conventions in force: the table, with the keys that the operator put first, and the prices of models.
package struct Conventions: Sendable {
  /// Every row; those of one role in the order in which they win.
  package let rows: [Convention]
  package let prices: PriceTable
  /// Nesting of JSON inside a text, in levels; deeper JSON is left a text.
  package let depthMax: Int
  let kinds: KindVocabulary
  /// The rows for members of the JSON of `metadata`, best first.
  let members: [Member]
  /// The row for a project that a request header named.
  let headerRow: Row?

  private let meanings: [Meaning]
  private let labels: [Label]
  private let indexes: [ConventionIndex]
  /// The next row with the same pattern at the same place.
  private let next: [UInt16]

  /// The keys given here win over the table's, in their order, on spans and on resources.
  package init(
    sessionKeys: [String] = [], userKeys: [String] = [], projectKeys: [String] = [],
    prices: PriceTable = .builtIn, depthMax: Int = Limits().valueDepthMax
  ) {
    var rows: [Convention] = []
    for (role, keys) in [(Convention.Role.session, sessionKeys), (.user, userKeys), (.project, projectKeys)] {
      for key in keys where (1...Self.keyBytesMax).contains(key.utf8.count) {
        for place in [Convention.Place.span, .resource] {
          rows.append(Convention(role, .key(key), at: place, by: "configured", source: "--\(role)-key"))
        }
      }
    }
    rows += Convention.identity
    rows += Convention.calls
    rows += Convention.labels
    rows += Convention.messages
    labels = rows.map { Label(key: $0.key, name: $0.name) }
    members = rows.indices.compactMap { row in
      guard case .member(let name, _) = rows[row].pattern else { return nil }
      return Member(role: rows[row].role, name: name, row: Row(row))
    }
    headerRow = rows.firstIndex { $0.place == .header && $0.role == .project }.map { Row($0) }
    var next = Array(repeating: ConventionIndex.none, count: rows.count)
    indexes = Convention.Place.allCases.map { ConventionIndex(rows, at: $0, next: &next) }
    self.rows = rows
    meanings = rows.map { Meaning(role: $0.role, reading: $0.reading, detail: $0.detail) }
    self.next = next
    self.prices = prices
    self.depthMax = depthMax
    kinds = KindVocabulary()
  }

  /// A configured key that is longer, in bytes, is left out.
  private static let keyBytesMax = 1_024

  /// What a row makes of a value.
  package struct Meaning: Sendable {
    package var role: Convention.Role
    package var reading: Convention.Reading
    package var detail: UInt16
  }

  struct Label: Sendable {
    var key: String
    var name: String
  }

  struct Member: Sendable {
    var role: Convention.Role
    var name: String
    var row: Row
  }

  /// A row as its place in `rows`: what ranks the rows of a role.
  package typealias Row = UInt16

  /// The first row that a key stands for at a place.
  @inline(__always)
  package func row(of key: UnsafeRawBufferPointer, at place: Convention.Place = .span) -> Row? {
    let row = indexes[Int(place.rawValue)].row(of: key)
    return row == ConventionIndex.none ? nil : row
  }

  /// A key may have several roles: the row behind this one for the same key.
  @inline(__always)
  package func row(after row: Row) -> Row? {
    let row = next[Int(row)]
    return row == ConventionIndex.none ? nil : row
  }

  @inline(__always)
  package func meaning(of row: Row) -> Meaning { meanings[Int(row)] }

  /// How `explain` names a row.
  @inline(__always)
  func label(of row: Row) -> Label { labels[Int(row)] }

  package subscript(row: Row) -> Convention { rows[Int(row)] }
}
