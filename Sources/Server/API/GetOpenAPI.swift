import HTTPTypes
import HummingbirdCore
import NIOCore

/// `GET /openapi.json`: this interface as an OpenAPI 3.1 document.
func getOpenAPI(_ exchange: Exchange) async throws(Failure) -> Response {
  try exchange.refuseParameters()
  return Response(
    status: .ok,
    headers: [.contentType: "application/json", .cacheControl: "no-cache", .xContentTypeOptions: "nosniff"],
    body: ResponseBody(byteBuffer: ByteBuffer(string: EmbeddedText.openapi_json)))
}
