import Conversations
import Glibc
import Testing

/// `docs/conventions.md` says what the table says. GOLDEN_UPDATE=1 rewrites the part behind its mark.
@Suite struct ConventionsPageTests {
  private static let mark = "<!-- generated -->\n"

  @Test func pageHoldsTheTable() throws {
    let path = Self.packageRoot + "/docs/conventions.md"
    let page = try Self.read(path)
    let end = try #require(page.firstRange(of: Self.mark)?.upperBound)
    let expected = page[..<end] + Conventions().markdown
    if getenv("GOLDEN_UPDATE").map({ String(cString: $0) }) == "1" {
      try Self.write(String(expected), to: path)
    } else {
      #expect(page == String(expected), "docs/conventions.md is not what the table says: see its first paragraph")
    }
  }

  @Test func everyRowSaysWhoSendsItAndWhere() {
    for row in Conventions().rows {
      #expect(!row.producer.isEmpty && !row.source.isEmpty, "\(row.name)")
      let cells = row.key + row.producer + row.version + row.source
      #expect(!cells.contains { $0 == "|" || $0.isNewline }, "\(row.name)")
    }
  }

  private static var packageRoot: String {
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
  }

  private static func read(_ path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw TestFailure("can't read \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      bytes += chunk.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw TestFailure("can't write \(path)") }
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw TestFailure("can't write \(path)") }
  }
}
