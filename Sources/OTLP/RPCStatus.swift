import JSON

/// `google.rpc.Status`, the body of every answer over HTTP that is an error, and what a call that failed ends with.
package struct RPCStatus: Sendable {
  /// Source: google/rpc/code.proto.
  package enum Code: Int32, Sendable {
    case cancelled = 1
    case unknown = 2
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case permissionDenied = 7
    case resourceExhausted = 8
    case unimplemented = 12
    case `internal` = 13
    case unavailable = 14
    case unauthenticated = 16
  }

  package var code: Code
  /// For the developer at the exporter; names no content.
  package var message: String
  /// Seconds after which the same request may be sent again: a `google.rpc.RetryInfo` among the details.
  package var retrySeconds: Int?

  package init(_ code: Code, _ message: String, retrySeconds: Int? = nil) {
    self.code = code
    self.message = message
    self.retrySeconds = retrySeconds
  }

  package var protobuf: [UInt8] {
    var writer = WireWriter()
    writer.tag(1, .varint)
    writer.varint(UInt64(code.rawValue.magnitude))
    if !message.isEmpty { writer.field(2, message) }
    if let retryInfo {
      writer.tag(3, .lengthDelimited)
      let detail = writer.begin()
      writer.field(1, "type.googleapis.com/google.rpc.RetryInfo")
      retryInfo.withUnsafeBytes { writer.field(2, $0) }
      writer.end(detail)
    }
    return writer.bytes
  }

  /// A `google.rpc.RetryInfo`: field 1 is a Duration, of which field 1 are its seconds.
  /// Source: google/rpc/error_details.proto, google/protobuf/duration.proto.
  package var retryInfo: [UInt8]? {
    guard let retrySeconds, retrySeconds > 0 else { return nil }
    var writer = WireWriter()
    writer.tag(1, .lengthDelimited)
    let delay = writer.begin()
    writer.tag(1, .varint)
    writer.varint(UInt64(retrySeconds))
    writer.end(delay)
    return writer.bytes
  }

  package var json: [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("code")
    writer.int(Int64(code.rawValue))
    writer.key("message")
    writer.string(message)
    writer.endObject()
    return writer.bytes
  }
}
