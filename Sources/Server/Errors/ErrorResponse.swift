import HTTPTypes
import HummingbirdCore
import JSON
import NIOCore
import OTLP

extension ErrorAnswer {
  /// RFC 9457.
  func problem() -> Response { response(problemBytes, contentType: "application/problem+json") }

  var problemBytes: [UInt8] {
    var json = JSONWriter(capacity: 256)
    json.beginObject()
    json.key("type")
    json.string("urn:steno:problem:" + type)
    json.key("title")
    json.string(status.reasonPhrase)
    json.key("status")
    json.int(Int64(status.code))
    json.key("detail")
    json.string(detail)
    if let parameter {
      json.key("parameter")
      json.string(parameter)
    }
    if let position { json.member("position", Int64(position)) }
    json.endObject()
    return json.bytes
  }

  /// `google.rpc.Status` in the encoding and with the content type of the request.
  func rpcStatus(_ type: OTLPContentType) -> Response {
    response(type.encoding.encode(RPCStatus(code, detail)), contentType: type.text)
  }

  private func response(_ body: [UInt8], contentType: String) -> Response {
    var headers = headers
    headers[.contentType] = contentType
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
