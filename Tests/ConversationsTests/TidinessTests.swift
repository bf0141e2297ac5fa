import Conversations
import Foundation
import Testing

/// The table is the one place that knows attribute keys.
@Suite struct TidinessTests {
  private static let floors = ["OTLP", "Conversations", "Store"]

  @Test func noOtherFileNamesAKey() throws {
    let sources = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")
    // Names without a point are members of many objects.
    let keys = Set(Conventions().rows.map(\.key).filter { $0.contains(".") }.map { "\"\($0)\"" })
    var files = 0
    for floor in Self.floors {
      let folder = sources.appendingPathComponent(floor)
      for path in FileManager.default.enumerator(atPath: folder.path)?.compactMap({ $0 as? String }) ?? [] {
        guard path.hasSuffix(".swift"), !path.hasPrefix("Conventions/") else { continue }
        let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
        files += 1
        for key in keys { #expect(!text.contains(key), "\(floor)/\(path) names \(key)") }
      }
    }
    #expect(files > 40)
  }
}
