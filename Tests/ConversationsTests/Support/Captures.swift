import Foundation
import JSON
import OTLP
import Telemetry

/// What real exporters sent, recorded.
enum Captures {
  static let folder: String = {
    if let folder = ProcessInfo.processInfo.environment["STENO_CAPTURES"] { return folder }
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return tests.appendingPathComponent("Fixtures/captures").path
  }()

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path)))
  }

  static func json(_ path: String) throws -> JSONValue {
    try bytes(path).withUnsafeBytes { try JSONValue.parse($0, depthMax: 100) }
  }

  /// A body of the FutureAGI SDK, by its file's stem.
  static func futureAGI(_ stem: String) throws -> DecodedTelemetry {
    try .decodeTraces(protobuf: bytes("fi/\(stem).bin"), requestProject: nil, limits: Limits())
  }

  /// The traces and logs of a folder of bodies, in the order of their numbers.
  static func requests(_ folder: String) throws -> [DecodedTelemetry] {
    var requests: [DecodedTelemetry] = []
    for number in 0..<100 {
      let stem = String(format: "%@/%03d", folder, number)
      guard let meta = try? json(stem + ".meta.json") else { break }
      let headers = (meta["headers"]?.array ?? []).compactMap { header -> (String, String)? in
        guard let name = header[0]?.string, let value = header[1]?.string else { return nil }
        return (name.lowercased(), value)
      }
      let value = { (name: String) in headers.first { $0.0 == name }?.1 }
      let isJSON = value("content-type")?.hasPrefix("application/json") == true
      // Compressed bodies have a readable rendering beside them, which is OTLP/JSON.
      let isRendered = value("content-encoding") != nil
      let path = meta["path"]?.string ?? ""
      let body = try bytes(isRendered ? stem + ".json" : stem + ".body.bin")
      if path.hasSuffix("/traces") {
        requests.append(
          try isJSON || isRendered
            ? .decodeTraces(json: body, requestProject: nil, limits: Limits())
            : .decodeTraces(protobuf: body, requestProject: nil, limits: Limits()))
      } else if path.hasSuffix("/logs") {
        requests.append(try .decodeLogs(protobuf: body, requestProject: nil, limits: Limits()))
      }
    }
    return requests
  }
}
