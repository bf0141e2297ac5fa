import Foundation
import Testing

/// One recorded request.
struct Capture: CustomTestStringConvertible {
  enum Signal { case traces, logs, metrics }

  var name: String
  var body: [UInt8]
  /// A readable rendering of the same request by another program; nil where none was made.
  var rendering: [UInt8]?
  var signal: Signal
  var isJSON: Bool
  /// From the meta file of a synthetic capture.
  var expectedStatuses: [Int] = []
  var expectedStored: Int?
  var expectedRejected: Int?

  var testDescription: String { name }

  /// It has expectations, none of which is the store's or the transport's.
  var isDecidedByDecoding: Bool {
    !expectedStatuses.isEmpty && signal == .traces && !body.isEmpty && !name.contains("duplicates")
  }
}

extension Capture {
  /// The folder of the captures: `STENO_CAPTURES`, else the fixtures of this package.
  static let folder: URL = {
    if let path = ProcessInfo.processInfo.environment["STENO_CAPTURES"] { return URL(fileURLWithPath: path) }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/captures")
  }()

  /// Every capture whose body was not compressed, ordered by name.
  static let all: [Capture] = {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    let paths = (files?.compactMap { ($0 as? URL)?.path } ?? []).filter { $0.hasSuffix(".bin") }.sorted()
    return paths.compactMap(read)
  }()

  private static func read(_ path: String) -> Capture? {
    let isRecorded = path.hasSuffix(".body.bin")
    let stem = String(path.dropLast(isRecorded ? 9 : 4))
    guard let body = FileManager.default.contents(atPath: path).map({ Array($0) }),
      let meta = FileManager.default.contents(atPath: stem + (isRecorded ? ".meta.json" : ".http.json")),
      let about = (try? JSONSerialization.jsonObject(with: meta)) as? [String: Any]
    else { return nil }
    let headers = (about["headers"] as? [[String]] ?? []).map { $0.map { $0.lowercased() } }
    if headers.contains(where: { $0.first == "content-encoding" && $0.last != "identity" }) { return nil }
    let targets = ["/traces", "/traces/", "/logs", "/metrics"]
    guard let target = about["path"] as? String, targets.contains(where: target.hasSuffix) else { return nil }
    var capture = Capture(
      name: String(path.dropFirst(folder.path.count + 1)), body: body,
      signal: target.hasSuffix("/logs") ? .logs : target.hasSuffix("/metrics") ? .metrics : .traces,
      isJSON: headers.contains { $0.first == "content-type" && $0.last?.hasPrefix("application/json") == true })
    let rendering = stem + (isRecorded ? ".json" : ".otlp.json")
    capture.rendering = FileManager.default.contents(atPath: rendering).map { Array($0) }
    if let expect = about["expect"] as? [String: Any] {
      capture.expectedStatuses = expect["status"] as? [Int] ?? (expect["status"] as? Int).map { [$0] } ?? []
      capture.expectedStored = expect["stored"] as? Int
      capture.expectedRejected = expect["rejected"] as? Int
    }
    return capture
  }
}
