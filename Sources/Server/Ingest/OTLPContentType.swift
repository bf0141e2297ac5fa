import HTTPTypes
import JSON
import OTLP

/// The two encodings of OTLP/HTTP.
enum OTLPEncoding: Sendable {
  case protobuf, json
}

/// The content type of a request, which its answer has too.
struct OTLPContentType: Sendable {
  let encoding: OTLPEncoding
  /// The media type without parameters, as it goes into the answer.
  let text: String

  static let json = OTLPContentType(encoding: .json, text: "application/json")

  /// nil: neither protobuf nor JSON.
  init?(_ headers: HTTPFields) {
    guard let value = headers[.contentType] else { return nil }
    let media = value.prefix { $0 != ";" }.lowercased()
    switch media.trimmingSpace {
    case "application/x-protobuf": self.init(encoding: .protobuf, text: "application/x-protobuf")
    case "application/protobuf": self.init(encoding: .protobuf, text: "application/protobuf")
    case "application/json": self = .json
    default: return nil
    }
  }

  private init(encoding: OTLPEncoding, text: String) {
    self.encoding = encoding
    self.text = text
  }
}

extension StringProtocol {
  /// Without spaces and tabs at either end. Source: RFC 9110 §5.6.3, OWS.
  var trimmingSpace: Substring {
    var rest = Substring(self)
    while let first = rest.utf8.first, first == 0x20 || first == 0x09 { rest.removeFirst() }
    while let last = rest.utf8.last, last == 0x20 || last == 0x09 { rest.removeLast() }
    return rest
  }
}
