import Conversations
import JSON

/// Warnings as the short texts that rows keep, and back.
enum WarningCoding {
  static func text(_ warning: Warning) -> String {
    switch warning {
    case .attributesDropped(let count): return "dropped:\(count)"
    case .sessionKeysDisagree(let keys):
      return "keys:" + JSONValue.array(keys.map { .string($0) }).json
    case .orphanRoot: return "orphan"
    case .usageWithoutModel: return "model"
    }
  }

  /// What the texts of a warning begin with.
  static func beginning(ofCode code: String) -> String {
    switch code {
    case "attributes_dropped": "dropped:"
    case "session_keys_disagree": "keys:"
    case "orphan_root": "orphan"
    default: "model"
    }
  }

  /// The warnings of a session: those of its traces, dropped attributes added up.
  static func warnings(_ counted: [(text: String, count: Int64)]) -> [Warning] {
    if counted.isEmpty { return [] }
    var dropped: UInt64 = 0
    var others: [Warning] = []
    for (text, count) in counted {
      switch warning(text) {
      case .attributesDropped(let attributes):
        let (product, overflow) = attributes.multipliedReportingOverflow(by: UInt64(clamping: count))
        let sum = dropped.addingReportingOverflow(product)
        dropped = overflow || sum.overflow ? .max : sum.partialValue
      case .some(let other): others.append(other)
      case nil: break
      }
    }
    return (dropped > 0 ? [.attributesDropped(count: dropped)] : []) + others
  }

  static func warning(_ text: String) -> Warning? {
    if text == "orphan" { return .orphanRoot }
    if text == "model" { return .usageWithoutModel }
    if text.hasPrefix("dropped:"), let count = UInt64(text.dropFirst("dropped:".count)) {
      return .attributesDropped(count: count)
    }
    if text.hasPrefix("keys:"), let json = try? JSONValue.parse(String(text.dropFirst("keys:".count))) {
      return .sessionKeysDisagree(keys: json.texts ?? [])
    }
    return nil
  }
}
