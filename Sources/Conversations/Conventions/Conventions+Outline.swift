package import OTLP
package import Telemetry

extension Conventions {
  /// From how many bytes on the values of a key are kept apart from what lists and filters read: those of messages and
  /// texts early, those that facts need late.
  package func cutRule(ofKey key: UnsafeRawBufferPointer, limits: Limits) -> CutRule {
    guard var row = row(of: key) else { return CutRule(bytesMin: limits.outlineValueBytesMax + 1, isKept: false) }
    while true {
      switch meaning(of: row).role {
      case .messages, .response: break
      default: return CutRule(bytesMin: limits.outlineFactBytesMax + 1, isKept: true)
      }
      guard let next = self.row(after: row) else { break }
      row = next
    }
    return CutRule(bytesMin: limits.outlineTextBytesMax + 1, isKept: false)
  }
}
