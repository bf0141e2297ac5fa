/// Why a text is not JSON, and where. It names no content.
package struct JSONError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// The text ends inside a value, or holds none.
    case unexpectedEnd
    case expectedValue
    case expectedKey
    case expectedColon
    case expectedCommaOrEnd
    case invalidLiteral
    case invalidNumber
    case invalidEscape
    /// A control character that should have been escaped stands in a string.
    case controlCharacter
    /// Arrays and objects are nested deeper than the limit.
    case tooDeep
    case trailingBytes
  }

  package var reason: Reason
  /// The byte at which reading failed, counted from 0.
  package var offset: Int

  package init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}

extension JSONError: CustomStringConvertible {
  package var description: String { "\(reason) at byte \(offset)" }
}

extension JSONError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unexpectedEnd: "the JSON ends too early"
    case .expectedValue: "a JSON value was expected"
    case .expectedKey: "a JSON object key was expected"
    case .expectedColon: "':' was expected after a JSON object key"
    case .expectedCommaOrEnd: "',' or the end of the JSON array or object was expected"
    case .invalidLiteral: "a JSON literal is not true, false or null"
    case .invalidNumber: "a JSON number is malformed"
    case .invalidEscape: "a JSON string has a malformed escape"
    case .controlCharacter: "a JSON string has an unescaped control character"
    case .tooDeep: "the JSON is nested too deep"
    case .trailingBytes: "bytes follow the JSON value"
    }
  }
}
