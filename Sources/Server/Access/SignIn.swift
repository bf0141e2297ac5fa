import HTTPTypes
import HummingbirdCore
import JSON
import NIOCore

/// Bytes of the body that carries a key.
private let signInBytesMax = 4_096

/// `POST /api/v1/sign-in` with `{"key": "…"}`: a cookie for the page, whose event streams can't carry a header. 204 also
/// where no key is asked for.
func signIn(_ exchange: Exchange) async throws(Failure) -> Response {
  try exchange.refuseParameters()
  let body = try await exchange.readBody(limit: signInBytesMax)
  guard let json = try? JSONValue.parse(String(decoding: body.bytes, as: UTF8.self), depthMax: 4),
    let key = json["key"]?.string
  else { throw .undecodable("The body is no JSON object with a text `key`.") }
  _ = consume body
  let token: String?
  do throws(AccessRefusal) {
    token = try exchange.site.access.signIn(key)
  } catch {
    throw Failure(error, .read)
  }
  var response = Response(status: .noContent, headers: [.cacheControl: "no-store"])
  if let token {
    let isSecure = exchange.request.headers[.origin]?.lowercased().hasPrefix("https://") ?? false
    response.headers[.setCookie] = SignInCookie.setting(token, isSecure: isSecure)
  }
  return response
}

/// `DELETE /api/v1/sign-in`: the cookie is worth nothing from then on.
func signOut(_ exchange: Exchange) async throws(Failure) -> Response {
  try exchange.refuseParameters()
  if let token = Credentials(exchange.request.headers).cookie { exchange.site.access.signOut(token) }
  return Response(
    status: .noContent, headers: [.cacheControl: "no-store", .setCookie: SignInCookie.clearing])
}
