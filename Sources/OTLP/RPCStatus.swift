import JSON

/// `google.rpc.Status`, the body of every answer that is an error.
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

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var protobuf: [UInt8] {
    var writer = WireWriter()
    writer.tag(1, .varint)
    writer.varint(UInt64(code.rawValue.magnitude))
    if !message.isEmpty { writer.field(2, message) }
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
