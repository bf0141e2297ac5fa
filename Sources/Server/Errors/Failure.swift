import Filters
import Store

/// Everything that can end a request other than its answer. Texts name operation, limit and cure, never content.
enum Failure: Error {
  /// A parameter of the query that is unknown, repeated, or has a bad value.
  case invalidParameter(name: String, String)
  /// A filter that can't be read.
  case invalidFilter(FilterError)
  /// A member of a JSON body that is unknown, repeated, or has a bad value.
  case invalidMember(name: String, String)
  /// A body that can't be decoded or decompressed.
  case undecodable(String)
  /// A path or a thing that does not exist.
  case notFound(String)
  /// Nobody who is known asks.
  case unauthenticated
  /// Somebody asks who may not.
  case forbidden(String)
  /// The request calls this server by a name that is not its own.
  case misdirected
  /// More bytes of path and query than the limit.
  case targetTooLong(Int)
  case methodNotAllowed(allowed: String)
  /// A gRPC method, or a compression of its message, that this server does not have.
  case unimplemented(String)
  /// A body over the limit; `isRead`: it arrived whole, so that the connection can go on.
  case tooLarge(String, isRead: Bool)
  case unsupportedMediaType(String)
  /// A PATCH in a form that is not known.
  case unsupportedPatch(String)
  case unsupportedEncoding(String)
  /// Too much at once: come back in a moment.
  case overloaded(String)
  case store(StoreError)
  /// The client went away, or sent what is no HTTP.
  case disconnected(any Error)
}
