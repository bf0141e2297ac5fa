import HTTPTypes
import HummingbirdCore
import JSON
import Store
import Telemetry

/// `PATCH /api/v1/sessions/{id}`: what a person says about a session, as a merge patch (RFC 7396) of `display_name` and
/// `bookmarked`. Answers the session's row. What it shows of the spans does not change.
func patchSession(_ exchange: Exchange) async throws(Failure) -> Response {
  try exchange.refuseParameters()
  let change = try SessionNoteChange(await exchange.readPatch(), limits: exchange.limits)
  let id = try exchange.sessionID()
  let changed = try await exchange.ask { store throws(StoreError) in try await store.annotate(id, change) }
  guard let row = changed else { throw .noSession }
  return .json { $0.members(row) }
}

extension Exchange {
  /// The members of a JSON object, as sent.
  fileprivate func readPatch() async throws(Failure) -> [(key: String, value: JSONValue)] {
    let media = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased().trimmingSpace
    guard media == "application/json" || media == "application/merge-patch+json" else {
      throw .unsupportedPatch("The content type must be application/merge-patch+json or application/json.")
    }
    let body = try await readBody(limit: limits.patchBodyBytesMax)
    guard let text = String(validating: body.bytes, as: UTF8.self), let value = try? JSONValue.parse(text, depthMax: 16)
    else { throw .undecodable("The body is no JSON in UTF-8.") }
    guard let members = value.object else { throw .undecodable("The body is no JSON object.") }
    return members
  }
}

extension SessionNoteChange {
  fileprivate init(_ members: [(key: String, value: JSONValue)], limits: Limits) throws(Failure) {
    self.init()
    var seen: Set<[UInt8]> = []
    for (key, value) in members {
      if !seen.insert(Array(key.utf8)).inserted {
        throw .invalidMember(name: key, "The member is given more than once.")
      }
      if key.utf8.elementsEqual("display_name".utf8) {
        displayName = .some(try Self.displayName(value, scalarsMax: limits.displayNameScalarsMax))
      } else if key.utf8.elementsEqual("bookmarked".utf8) {
        guard let flag = value.bool else {
          throw .invalidMember(name: "bookmarked", "The value is neither true nor false.")
        }
        bookmarked = flag
      } else {
        throw .invalidMember(name: key, "A session has no member of that name that can be changed.")
      }
    }
  }

  /// White space at the ends is no part of a name; nothing else is no name.
  private static func displayName(_ value: JSONValue, scalarsMax: Int) throws(Failure) -> String? {
    if value.isNull { return nil }
    guard let text = value.string else {
      throw .invalidMember(name: "display_name", "The value is neither a string nor null.")
    }
    guard text.unicodeScalars.count <= scalarsMax else {
      throw .invalidMember(name: "display_name", "The value is longer than \(scalarsMax) characters.")
    }
    var scalars = text.unicodeScalars[...]
    while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
    while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    return scalars.isEmpty ? nil : String(scalars)
  }
}
