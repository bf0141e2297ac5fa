/// A field of a list's rows, under the name that the API gives it.
package enum RowField: String, Sendable, CaseIterable {
  case id
  case traceID = "trace_id"
  case spanID = "span_id"
  case parentSpanID = "parent_span_id"
  case name
  case displayName = "display_name"
  case bookmarked
  case project
  case sessionID = "session_id"
  case sessionName = "session_name"
  case userID = "user_id"
  case userIDs = "user_ids"
  case sessionCount = "session_count"
  case traceCount = "trace_count"
  case turnCount = "turn_count"
  case spanCount = "span_count"
  case errorCount = "error_count"
  case startTime = "start_time"
  case endTime = "end_time"
  case firstSeen = "first_seen"
  case lastSeen = "last_seen"
  case duration = "duration_ms"
  case firstMessage = "first_message"
  case lastMessage = "last_message"
  case firstReply = "first_reply"
  case lastReply = "last_reply"
  case input
  case output
  case totalTokens = "tokens.total"
  case inputTokens = "tokens.input"
  case outputTokens = "tokens.output"
  case cachedTokens = "tokens.cached"
  case reasoningTokens = "tokens.reasoning"
  case cost = "cost_usd"
  case status
  case statusCode = "status.code"
  case statusMessage = "status.message"
  case kind
  case spanKind = "span_kind"
  case model
  case models
  case tags
  case service
  case services
  case warnings
}

extension RowField {
  /// What the values of a field are, and with that what they can be compared with.
  package enum ValueType: Sendable, Equatable {
    case text
    /// A UUID, or hexadecimal digits of so many bytes.
    case uuid
    case hexadecimal(bytes: Int)
    case number
    case milliseconds
    case time
    case flag
    /// One of a few words.
    case choice([String])
    case texts
    case choices([String])
  }

  package var type: ValueType {
    switch self {
    case .id, .sessionID: .uuid
    case .traceID: .hexadecimal(bytes: 16)
    case .spanID, .parentSpanID: .hexadecimal(bytes: 8)
    case .bookmarked: .flag
    case .sessionCount, .traceCount, .turnCount, .spanCount, .errorCount, .totalTokens, .inputTokens, .outputTokens,
      .cachedTokens, .reasoningTokens, .cost:
      .number
    case .startTime, .endTime, .firstSeen, .lastSeen: .time
    case .duration: .milliseconds
    case .status: .choice(["ok", "error", "pending"])
    case .statusCode: .choice(["UNSET", "OK", "ERROR"])
    case .warnings: .choices(["attributes_dropped", "session_keys_disagree", "orphan_root", "usage_without_model"])
    case .userIDs, .models, .tags, .services: .texts
    case .name, .displayName, .project, .sessionName, .userID, .firstMessage, .lastMessage, .firstReply, .lastReply,
      .input, .output, .statusMessage, .kind, .spanKind, .model, .service:
      .text
    }
  }
}

/// A list whose rows are filtered.
package enum FilteredList: String, Sendable, CaseIterable {
  case sessions, traces, spans, users

  package var fields: [RowField] {
    switch self {
    case .sessions:
      [
        .id, .name, .displayName, .bookmarked, .project, .traceCount, .turnCount, .spanCount, .errorCount, .startTime,
        .endTime, .duration, .firstMessage, .lastMessage, .firstReply, .lastReply, .userID, .userIDs, .models, .tags,
        .services, .warnings, .status, .cost,
      ] + Self.tokens
    case .traces:
      [
        .traceID, .project, .sessionID, .sessionName, .userID, .name, .input, .output, .startTime, .endTime, .duration,
        .status, .model, .models, .services, .cost, .spanCount, .errorCount, .tags,
      ] + Self.tokens
    case .spans:
      [
        .traceID, .spanID, .parentSpanID, .project, .sessionID, .sessionName, .userID, .name, .kind, .spanKind,
        .startTime, .endTime, .duration, .status, .statusCode, .statusMessage, .model, .service, .cost, .tags,
      ] + Self.tokens
    case .users:
      [.userID, .project, .sessionCount, .traceCount, .cost, .firstSeen, .lastSeen] + Self.tokens
    }
  }

  private static let tokens: [RowField] = [
    .totalTokens, .inputTokens, .outputTokens, .cachedTokens, .reasoningTokens,
  ]

  /// The field of that name. `tokens` alone is the total, as in `sort`.
  func field(_ name: String) -> RowField? {
    let field = name == "tokens" ? RowField.totalTokens : RowField(rawValue: name)
    return field.flatMap { fields.contains($0) ? $0 : nil }
  }
}
