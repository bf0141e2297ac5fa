/// The conventions in force: the table, with the keys that the operator put first.
package struct Conventions: Sendable {
  package init() {}
}
