import Conversations
import JSON

extension JSONWriter {
  /// Each with its cure.
  mutating func member(_ key: String, _ warnings: [Warning]) {
    self.key(key)
    beginArray()
    for warning in warnings {
      beginObject()
      member("code", warning.code)
      member("message", warning.message)
      member("cure", warning.cure)
      endObject()
    }
    endArray()
  }
}

extension Warning {
  fileprivate var message: String {
    switch self {
    case .attributesDropped(let count):
      "The SDK dropped \(count) attributes at its limit of attributes per span; messages or the session may be among "
        + "them."
    case .sessionKeysDisagree(let keys):
      "Attributes that name the session disagree: \(keys.joined(separator: ", ")). The first of them was taken."
    case .orphanRoot: "A span names a parent that was never delivered."
    case .usageWithoutModel: "Tokens are reported without the name of a model, so that no price can be looked up."
    }
  }

  fileprivate var cure: String {
    switch self {
    case .attributesDropped: WarningCure.attributesDropped
    case .sessionKeysDisagree: WarningCure.sessionKeysDisagree
    case .orphanRoot: WarningCure.orphanRoot
    case .usageWithoutModel: WarningCure.usageWithoutModel
    }
  }
}

/// What to do about a warning, a sentence each.
enum WarningCure {
  static let attributesDropped =
    "Set the environment variable OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=10000 where the SDK runs, and start it again."
  static let sessionKeysDisagree = "Set one of them only, or name the one that counts with --session-key."
  static let orphanRoot = "Export the parent's service to Steno as well, or flush its exporter before it exits."
  static let usageWithoutModel = "Set gen_ai.request.model on the span, or upgrade the instrumentation."
}
