import ArgumentParser
import JSON

/// Where a command finds the server, and how it shows what it is told.
struct ClientOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where the server is (STENO_URL; default http://127.0.0.1:4318).", valueName: "url"))
  var url: String?

  @Option(help: ArgumentHelp("A key, where the server asks for one (STENO_API_KEY).", valueName: "key"))
  var apiKey: String?
}

/// The API of a running Steno.
struct APIClient {
  let client: HTTPClient
  private let headers: [String]

  init(_ options: ClientOptions, _ environment: Environment = .process()) throws(CommandFailure) {
    client = HTTPClient(url: try HTTPURL.of(options.url, environment))
    let keys = SettingSource(environment: environment).texts(options.apiKey.map { [$0] } ?? [], "api-key")
    headers = keys.first.map { ["Authorization: Bearer \($0.singleLine)"] } ?? []
  }

  var origin: String { client.url.origin }

  /// The answer to a request, whatever its status.
  func send(
    _ method: String, _ path: String, headers more: [String] = [], body: [UInt8] = [], patience: Int? = nil
  ) throws(CommandFailure) -> HTTPStream {
    try HTTPStream(client, method, path, headers: headers + more, body: body, patience: patience)
  }

  /// The bytes of an answer that must be a success.
  func bytes(_ method: String, _ path: String, patience: Int? = nil) throws(CommandFailure) -> [UInt8] {
    let answer = try send(method, path, patience: patience)
    try check(answer, path)
    return try answer.rest()
  }

  func get(_ path: String, _ query: [(String, String?)] = []) throws(CommandFailure) -> JSONValue {
    try parse(try bytes("GET", path + Self.text(of: query)))
  }

  func parse(_ bytes: [UInt8]) throws(CommandFailure) -> JSONValue {
    do {
      return try JSONValue.parse(String(decoding: bytes, as: UTF8.self))
    } catch {
      throw CommandFailure("what \(origin) answers is no JSON", hint: "is a Steno listening there?")
    }
  }

  /// Turns an answer that is no success into a failure that says what the server said.
  func check(_ answer: HTTPStream, _ path: String) throws(CommandFailure) {
    if (200..<300).contains(answer.status) { return }
    let body = (try? answer.rest()).flatMap { try? JSONValue.parse(String(decoding: $0, as: UTF8.self)) }
    let route = path.prefix { $0 != "?" }
    switch answer.status {
    case 401, 403:
      throw CommandFailure("\(origin) asks for an API key", hint: "give one with --api-key or STENO_API_KEY")
    case 404:
      let detail = body?["detail"]?.string ?? "there is no \(route)"
      throw CommandFailure("\(origin): \(Plain.line(detail))", hint: "a server of another version may lack the route")
    default:
      let parameter = body?["parameter"]?.string.map { "\($0): " } ?? ""
      let detail = body?["detail"]?.string ?? body?["message"]?.string ?? "status \(answer.status)"
      throw CommandFailure(Plain.line("\(origin) refuses: \(parameter)\(detail)"))
    }
  }

  /// `?a=b&c=d` of what is given.
  static func text(of query: [(String, String?)]) -> String {
    let parts = query.compactMap { name, value in value.map { "\(name)=\(segment($0))" } }
    return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
  }

  /// A text as one segment of a path or one value of a query. Source: RFC 3986 §2.3.
  static func segment(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        (byte < 0x80 && scalar.properties.isAlphabetic) || (48...57).contains(byte)
        || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~")].contains(byte)
      if isPlain {
        encoded.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        encoded += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
      }
    }
    return encoded
  }
}
