/// The schema, as numbered files. A released file is never changed: a new version adds a new file.
package enum Migrations {
  /// Identifies a Steno database in its header: "Sten". Source: https://www.sqlite.org/pragma.html#pragma_application_id
  package static let applicationID: Int64 = 0x5374_656E

  /// The statements of every version, in order. A version is the number that its file's name begins with, and the first
  /// makes version 1 of an empty file.
  package static var all: [(version: Int64, name: String, sql: String)] {
    EmbeddedSQL.files.compactMap { file in
      Int64(file.name.prefix { $0 != "_" }).map { ($0, file.name, file.text) }
    }
  }
}
