import Telemetry

/// What a request brings along to be let in: several texts, each of which may be the key. Clients send keys of other
/// services beside it, and two where Steno needs one.
package struct Credentials: Sendable {
  /// Texts longer than any key, and more of them than any client sends, are passed over.
  private static let textBytesMax = 512
  private static let textsMax = 8

  private(set) var secrets: [String] = []
  /// The token of a browser that signed in.
  private(set) var cookie: String?

  /// - Parameter fields: header fields, or gRPC metadata; names in any case, those that carry no credentials are passed
  ///   over. Sources: RFC 6750 (Bearer), RFC 7617 (Basic: Langfuse), `X-Api-Key` and `X-Secret-Key` (FutureAGI,
  ///   LangSmith), an Authorization without a scheme (Opik).
  package init(_ fields: some Sequence<(name: String, value: String)>) {
    for (name, value) in fields {
      switch name.lowercased() {
      case "authorization": readAuthorization(value)
      case "x-api-key", "x-secret-key": add(value.trimmingSpace)
      case "cookie": cookie = cookie ?? SignInCookie.token(in: value)
      default: break
      }
    }
  }

  private mutating func readAuthorization(_ value: String) {
    let parts = value.trimmingSpace.split(separator: " ", maxSplits: 1)
    guard let first = parts.first else { return }
    guard parts.count > 1 else { return add(first) }
    let rest = parts[1].trimmingSpace
    switch first.lowercased() {
    case "bearer": add(rest)
    case "basic": readBasic(rest)
    default: break
    }
  }

  /// `public:secret`: the secret is the key; a client that has only one may put it in either place.
  private mutating func readBasic(_ text: Substring) {
    guard text.utf8.count <= 4 * Self.textBytesMax, let bytes = Base64.decode(String(text)),
      let pair = String(validating: bytes, as: UTF8.self)
    else { return }
    let parts = pair.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    for part in parts.reversed() { add(part) }
  }

  private mutating func add(_ text: some StringProtocol) {
    guard !text.isEmpty, text.utf8.count <= Self.textBytesMax, secrets.count < Self.textsMax else { return }
    secrets.append(String(text))
  }
}
