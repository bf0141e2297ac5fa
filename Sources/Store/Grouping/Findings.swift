import Conversations

/// What `doctor` counts: kinds of things that look wrong in a trace, as bits of one column.
package enum FindingKind: Int64, Sendable, CaseIterable {
  case attributesDropped = 1
  case sessionKeysDisagree = 2
  case orphanRoot = 4
  case usageWithoutModel = 8
  case noSession = 16

  /// Not a finding, but a mark in the same column, above the bits of all findings: a span of the trace ends before it
  /// starts. Lists of spans can't rely on such a trace's times to enclose its spans'.
  static let reversedSpanMark: Int64 = 1 << 40

  /// The bits of a trace.
  static func bits(_ summary: TraceSummary) -> Int64 {
    var bits: Int64 = summary.session == nil ? FindingKind.noSession.rawValue : 0
    if summary.hasReversedSpan { bits |= reversedSpanMark }
    for warning in summary.warnings {
      switch warning {
      case .attributesDropped: bits |= FindingKind.attributesDropped.rawValue
      case .sessionKeysDisagree: bits |= FindingKind.sessionKeysDisagree.rawValue
      case .orphanRoot: bits |= FindingKind.orphanRoot.rawValue
      case .usageWithoutModel: bits |= FindingKind.usageWithoutModel.rawValue
      }
    }
    return bits
  }
}
