/// The schema, as numbered files. A released file is never changed: a new version adds a new file.
package enum Migrations {
  /// Identifies a Steno database in its header: "Sten". Source: https://www.sqlite.org/pragma.html#pragma_application_id
  package static let applicationID: Int64 = 0x5374_656E

  /// The statements of every version, in order: the first makes version 1 of an empty file.
  package static var all: [(version: Int64, name: String, sql: String)] {
    EmbeddedSQL.files.enumerated().map { (Int64($0.offset) + 1, $0.element.name, $0.element.text) }
  }
}
