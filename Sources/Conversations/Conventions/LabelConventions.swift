extension Convention {
  /// What people hang on spans: metadata, tags; and the mark of a span that only announces another.
  static let labels: [Convention] =
    [
      Convention(.metadata, "metadata", .openInference, .json),
      family("traceloop.association.properties.", .traceloop),
      family("langfuse.trace.metadata.", .langfuse, .json),
      family("langfuse.observation.metadata.", .langfuse, .json),
      family("lmnr.association.properties.metadata.", .laminar),
      family("ai.telemetry.metadata.", .vercel),
      family("ai.settings.context.", .vercel),
      family("langsmith.metadata.", .langSmith),
      family("mlflow.traceTag.", .mlflow, .json),
      Convention(.tags, "tag.tags", .openInference),
      Convention(.tags, "langfuse.trace.tags", .langfuse),
      Convention(.tags, "langfuse.tags", .langfuse),
      Convention(.tags, "lmnr.association.properties.tags", .laminar),
      Convention(.tags, "ai.telemetry.metadata.tags", .vercel),
      Convention(.tags, "langsmith.span.tags", .langSmith),
      Convention(.spanType, "logfire.span_type", .pydanticAI),
      Convention(.pendingParent, "logfire.pending_parent_id", .pydanticAI),
    ]

  private static func family(
    _ prefix: String, _ origin: ConventionOrigin, _ reading: Reading = .plain
  ) -> Convention {
    Convention(.metadataMember, .family(prefix: prefix, shape: prefix + "*"), from: origin, reading: reading)
  }
}

extension Convention {
  /// The value of `logfire.span_type` on a span that only announces another one.
  static let pendingSpanType = "pending_span"
}
