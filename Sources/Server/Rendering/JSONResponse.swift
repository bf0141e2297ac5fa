import HTTPTypes
import HummingbirdCore
import JSON
import NIOCore

extension Response {
  /// An object in JSON; `write` writes its members.
  static func json(_ status: HTTPResponse.Status = .ok, _ write: (inout JSONWriter) -> Void) -> Response {
    var json = JSONWriter(capacity: 4 << 10)
    json.beginObject()
    write(&json)
    json.endObject()
    return Response(
      status: status,
      headers: [
        .contentType: "application/json", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
      ],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
  }
}
