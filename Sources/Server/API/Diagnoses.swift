import Store

extension FindingKind {
  /// Names and cures are those of the warnings on rows.
  var diagnosis: Diagnosis {
    switch self {
    case .attributesDropped:
      Diagnosis(
        name: "attributes_dropped",
        message: "The SDK dropped attributes at its limit of attributes per span; messages or the session may be "
          + "among them.",
        cure: WarningCure.attributesDropped)
    case .sessionKeysDisagree:
      Diagnosis(
        name: "session_keys_disagree",
        message: "Attributes that name the session disagree within a trace; the one of the best rank was taken.",
        cure: WarningCure.sessionKeysDisagree)
    case .orphanRoot:
      Diagnosis(
        name: "orphan_root", message: "A span names a parent that was never delivered.",
        cure: WarningCure.orphanRoot)
    case .usageWithoutModel:
      Diagnosis(
        name: "usage_without_model",
        message: "Tokens are reported without the name of a model, so that no price can be looked up.",
        cure: WarningCure.usageWithoutModel)
    case .noSession:
      Diagnosis(
        name: "no_session", message: "No span of the trace names a session, so that it stands in LLM Tracing alone.",
        cure: "Set the attribute session.id on a span of the trace, or name the key that holds it with --session-key.")
    }
  }
}

/// What can be wrong with a request that was accepted.
enum DeliveryFinding: CaseIterable {
  case base64IDs, rejectedSpans, rejectedLogs

  func count(_ counts: Counters.Counts) -> Int64 {
    switch self {
    case .base64IDs: counts.base64IDs
    case .rejectedSpans: counts.rejectedSpans
    case .rejectedLogs: counts.rejectedLogs
    }
  }

  var diagnosis: Diagnosis {
    switch self {
    case .base64IDs:
      Diagnosis(
        name: "base64_ids", message: "An exporter writes trace and span IDs in base64; OTLP/JSON has them in hex.",
        cure: "Nothing is lost; upgrade the exporter, or let it send protobuf.")
    case .rejectedSpans:
      Diagnosis(
        name: "rejected_spans", message: "Spans can't be kept; the answer to the exporter names the first reason.",
        cure: "Read the exporter's log for the partial success, and upgrade the SDK that makes such IDs.")
    case .rejectedLogs:
      Diagnosis(
        name: "rejected_log_records",
        message: "Log records can't be kept; the answer to the exporter names the first reason.",
        cure: "Read the exporter's log for the partial success, and upgrade the SDK that makes such records.")
    }
  }
}
