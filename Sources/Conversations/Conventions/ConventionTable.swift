import OTLP

/// The rows, and what finding them fast takes. Immutable.
final class ConventionTable: Sendable {
  struct Label: Sendable {
    var key: String
    var name: String
  }

  struct Member: Sendable {
    var role: Convention.Role
    var name: String
    var row: Conventions.Row
  }

  let rows: [Convention]
  let prices: PriceTable
  let kinds = KindVocabulary()
  let members: [Member]
  let headerRow: Conventions.Row?
  let meanings: [Conventions.Meaning]
  let labels: [Label]
  /// By `Convention.Place`.
  let indexes: [ConventionIndex]
  /// The next row with the same pattern at the same place.
  let next: [Conventions.Row]

  init(_ rows: [Convention], _ prices: PriceTable) {
    self.rows = rows
    self.prices = prices
    meanings = rows.map { Conventions.Meaning(role: $0.role, reading: $0.reading, detail: $0.detail) }
    labels = rows.map { row in
      // Which header it was is not stored: the project is, under this name.
      let key = row.place == .header ? ResourceRef.requestProjectKey : row.key
      return Label(key: key, name: Convention.name(row.role, key))
    }
    members = rows.indices.compactMap { row in
      guard case .member(let name, _) = rows[row].pattern else { return nil }
      return Member(role: rows[row].role, name: name, row: Conventions.Row(row))
    }
    headerRow = rows.firstIndex { $0.place == .header && $0.role == .project }.map { Conventions.Row($0) }
    var next = Array(repeating: ConventionIndex.none, count: rows.count)
    indexes = Convention.Place.allCases.map { ConventionIndex(rows, at: $0, next: &next) }
    self.next = next
  }
}
