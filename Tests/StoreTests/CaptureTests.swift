import Compression
import Conversations
import Foundation
import JSON
import OTLP
import Telemetry
import Testing

@testable import Store

/// Every recorded body: what comes back out of the store is what was sent.
@Suite struct CaptureTests {
  struct Capture: Sendable, CustomTestStringConvertible {
    var name: String
    var body: [UInt8]
    var isJSON: Bool

    var testDescription: String { name }

    func decoded(_ limits: Limits) throws -> DecodedTelemetry {
      isJSON
        ? try DecodedTelemetry.decodeTraces(json: body, requestProject: nil, limits: limits)
        : try DecodedTelemetry.decodeTraces(protobuf: body, requestProject: nil, limits: limits)
    }
  }

  static let all: [Capture] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/captures")
    let paths = FileManager.default.subpaths(atPath: root.path) ?? []
    return paths.sorted().compactMap { path in
      guard path.hasSuffix(".bin"), let data = FileManager.default.contents(atPath: root.path + "/" + path) else {
        return nil
      }
      let name =
        path.hasSuffix(".body.bin") ? String(path.dropLast(9)) + ".meta.json" : String(path.dropLast(4)) + ".http.json"
      let meta = FileManager.default.contents(atPath: root.path + "/" + name).map {
        String(decoding: $0, as: UTF8.self)
      }
      let text = meta?.lowercased() ?? ""
      if text.contains("content-encoding") || text.contains("/v1/logs") || text.contains("/v1/metrics") { return nil }
      return Capture(name: path, body: Array(data), isJSON: text.contains("application/json"))
    }
  }()

  @Test func thereAreCaptures() { #expect(Self.all.count > 40) }

  @Test(arguments: all) func aStoredSpanIsTheSpanThatWasSent(_ capture: Capture) async throws {
    guard let sent = try? capture.decoded(Limits()), !sent.spans.isEmpty else { return }
    try await TemporaryStore.with { store, limits in
      _ = try await store.ingest(sent)
      let winners = try sent.withView { try WinnerRule.winnersOfAllTraces($0) }
      for index in winners {
        let ref = sent.spans[index]
        let trace = try #require(try await store.trace(ref.traceID))
        let stored = try #require(trace.telemetry.spans.first { $0.spanID == ref.spanID })
        #expect(trace.telemetry.body[stored.message.range] == sent.body[ref.message.range])
        let resource = sent.resources[ref.resource]
        let storedResource = trace.telemetry.resources[stored.resource]
        #expect(trace.telemetry.body[storedResource.message.range] == sent.body[resource.message.range])
        #expect(trace.telemetry.body[storedResource.schemaURL.range] == sent.body[resource.schemaURL.range])
        let scope = sent.scopes[ref.scope]
        let storedScope = trace.telemetry.scopes[stored.scope]
        #expect(trace.telemetry.body[storedScope.message.range] == sent.body[scope.message.range])
        #expect(trace.telemetry.body[storedScope.schemaURL.range] == sent.body[scope.schemaURL.range])
      }
      #expect(try await store.verify(repair: false).isClean)
    }
  }
}

extension WinnerRule {
  fileprivate static func winnersOfAllTraces(_ view: TelemetryView) throws -> [Int] {
    var best: [String: Int] = [:]
    for index in view.spans.indices {
      let key = "\(view.spans[index].traceID.hex)\(view.spans[index].spanID.hex)"
      guard let other = best[key] else {
        best[key] = index
        continue
      }
      if try compare(view.span(other), view.span(index)) == .second { best[key] = index }
    }
    return best.values.sorted()
  }
}
