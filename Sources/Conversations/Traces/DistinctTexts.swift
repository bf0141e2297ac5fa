import Telemetry

/// Texts, each once, told apart by their bytes. The spans of a trace mostly say the same: few texts are compared one
/// with another, and only many are hashed.
struct DistinctTexts {
  private static let fewTexts = 8
  /// In the order in which they came.
  private(set) var texts: [String] = []
  private var hashed: Set<ExactText> = []

  /// Whether the text is a new one.
  mutating func insert(_ text: String) -> Bool {
    if texts.count < Self.fewTexts {
      if texts.contains(where: { sameUTF8($0, text) }) { return false }
    } else {
      if hashed.isEmpty { hashed = Set(texts.map { ExactText($0) }) }
      if !hashed.insert(ExactText(text)).inserted { return false }
    }
    if texts.isEmpty { texts.reserveCapacity(4) }
    texts.append(text)
    return true
  }

  /// Ordered by their UTF-8.
  var sorted: [String] {
    texts.count < 2 ? texts : texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
