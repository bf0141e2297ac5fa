import Telemetry

/// The conventions in force: the table, with the keys that the operator put first, and the prices of models.
package struct Conventions: Sendable {
  /// A row as its place in `rows`: what ranks the rows of a role.
  package typealias Row = UInt16

  /// What a row makes of a value.
  package struct Meaning: Sendable {
    package var role: Convention.Role
    package var reading: Convention.Reading
    package var detail: UInt16
  }

  /// A configured key that is longer, in bytes, is left out.
  private static let keyBytesMax = 1_024
  /// Configured keys of one role; further ones are left out.
  private static let keysMax = 100

  /// One reference, so that handing the conventions on costs one count.
  private let table: ConventionTable
  /// Nesting of JSON inside a text, in levels; deeper JSON is left a text.
  package let depthMax: Int

  /// The keys given here win over the table's, in their order, on spans and on resources.
  package init(
    sessionKeys: [String] = [], userKeys: [String] = [], projectKeys: [String] = [],
    prices: PriceTable = .builtIn, depthMax: Int = Limits().valueDepthMax
  ) {
    var rows: [Convention] = []
    for (role, keys) in [(Convention.Role.session, sessionKeys), (.user, userKeys), (.project, projectKeys)] {
      for key in keys.prefix(Self.keysMax) where (1...Self.keyBytesMax).contains(key.utf8.count) {
        for place in [Convention.Place.span, .resource] {
          rows.append(Convention(role, .key(key), at: place, by: "configured", source: "--\(role)-key"))
        }
      }
    }
    rows += Convention.identity
    rows += Convention.calls
    rows += Convention.labels
    rows += Convention.messages
    table = ConventionTable(rows, prices)
    self.depthMax = depthMax
  }

  /// Every row; those of one role in the order in which they win.
  package var rows: [Convention] { table.rows }

  package var prices: PriceTable { table.prices }

  var kinds: KindVocabulary { table.kinds }

  /// The rows for members of the JSON of `metadata`, best first.
  var members: [ConventionTable.Member] { table.members }

  /// The row for a project that a request header named.
  var headerRow: Row? { table.headerRow }

  /// The first row that a key stands for at a place.
  @inline(__always)
  package func row(of key: UnsafeRawBufferPointer, at place: Convention.Place = .span) -> Row? {
    let row = table.indexes[Int(place.rawValue)].row(of: key)
    return row == ConventionIndex.none ? nil : row
  }

  /// A key may have several roles: the row behind this one for the same key.
  @inline(__always)
  package func row(after row: Row) -> Row? {
    let row = table.next[Int(row)]
    return row == ConventionIndex.none ? nil : row
  }

  @inline(__always)
  package func meaning(of row: Row) -> Meaning { table.meanings[Int(row)] }

  /// How `explain` names a row.
  @inline(__always)
  func label(of row: Row) -> ConventionTable.Label { table.labels[Int(row)] }

  package subscript(row: Row) -> Convention { rows[Int(row)] }
}
