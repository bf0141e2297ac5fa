package import JSON

/// Why a body is no OTLP, and where. It names no content: a path consists of OTLP's own field names.
package struct OTLPDecodingError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// A field reaches beyond the message that holds it.
    case truncated
    /// A varint of more than 64 bits.
    case malformedVarint
    /// Field number 0, or one above 2^29 - 1.
    case invalidFieldNumber
    /// Wire type 6 or 7.
    case invalidWireType
    /// A group that ends without having begun, or under another number.
    case unmatchedGroup
    /// Values or groups are nested deeper than the limit.
    case tooDeep
    /// More bytes than an offset of a table can name.
    case tooLarge
    /// More entries than the tables of a body may have: very many nearly empty messages.
    case tooManyEntries
    /// More spans than a request may have.
    case tooManySpans(limit: Int)
    /// A stored span whose IDs are not valid.
    case invalidIdentifier
    /// The text is not JSON.
    case json(JSONError.Reason)
    /// JSON of another type than OTLP/JSON has there.
    case wrongJSONType(expected: String)
    /// A number that its field can't hold.
    case outOfRange
    case invalidBase64
  }

  package var reason: Reason
  /// The byte of the body at which decoding failed, counted from 0.
  package var offset: Int
  /// Where in the message: `resourceSpans[0].scopeSpans[2].spans`. Empty for protobuf.
  package var path: String

  package init(_ reason: Reason, at offset: Int, path: String = "") {
    self.reason = reason
    self.offset = offset
    self.path = path
  }

  init(_ error: JSONError) { self.init(.json(error.reason), at: error.offset) }

  /// The same error, seen from the message that holds the field it happened in.
  func inside(_ field: StaticString, index: Int? = nil) -> OTLPDecodingError {
    var step = field.description
    if let index { step += "[\(index)]" }
    return OTLPDecodingError(reason, at: offset, path: path.isEmpty ? step : "\(step).\(path)")
  }
}

extension OTLPDecodingError: CustomStringConvertible {
  /// One sentence: reason, place, offset.
  package var description: String {
    "\(reason) at byte \(offset)" + (path.isEmpty ? "" : " (\(path))")
  }
}

extension OTLPDecodingError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .truncated: "a field is longer than its message"
    case .malformedVarint: "a varint is longer than 64 bits"
    case .invalidFieldNumber: "a field number is out of range"
    case .invalidWireType: "a wire type is unknown"
    case .unmatchedGroup: "a group's end does not match its begin"
    case .tooDeep: "values are nested too deep"
    case .tooLarge: "the body is too large"
    case .tooManyEntries: "the body has too many messages and attributes"
    case .tooManySpans(let limit): "the body has more than \(limit) spans"
    case .invalidIdentifier: "a stored span has an invalid ID"
    case .json(let reason): reason.description
    case .wrongJSONType(let expected): "\(expected) was expected"
    case .outOfRange: "a number is out of its field's range"
    case .invalidBase64: "base64 is malformed"
    }
  }
}
