/// Why a text is no filter, and where. Names what was expected there, never what the text says.
package struct FilterError: Error, Sendable, Equatable {
  /// The Unicode scalar of the text at which the trouble begins, counted from 1; one behind the last at its end.
  package let position: Int
  package let message: String
}
