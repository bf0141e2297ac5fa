import NIOHPACK
import OTLP

extension ErrorAnswer {
  /// An answer that is an error alone. A client that may send again is told when, in both of the places where clients
  /// look for it. Source: https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling
  var trailersOnly: HPACKHeaders {
    let status = RPCStatus(code, detail, retrySeconds: code == .unavailable ? 1 : nil)
    var headers: HPACKHeaders = [
      ":status": "200", "content-type": "application/grpc", "grpc-accept-encoding": CallHead.encodings,
      "grpc-status": String(code.rawValue), "grpc-message": Self.percentEncoded(detail),
    ]
    if let retryInfo = status.retryInfo {
      headers.add(name: "grpc-status-details-bin", value: Base64.encode(status.protobuf))
      headers.add(name: "google.rpc.retryinfo-bin", value: Base64.encode(retryInfo))
    }
    return headers
  }

  /// Printable ASCII but `%` stands for itself.
  /// Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, "Status-Message".
  static func percentEncoded(_ text: String) -> String {
    var out = ""
    for byte in text.utf8 {
      if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
        out.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        out += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return out
  }
}
