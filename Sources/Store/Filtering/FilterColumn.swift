import Filters

/// Where a field of a row stands in SQL, and what of.
enum FilterColumn {
  /// An integer that is the value.
  case integer(String, isNullable: Bool)
  /// An integer of so many parts; the value is a double: integer / parts.
  case parts(String, of: Double, isNullable: Bool)
  case time(String)
  case text(String, isNullable: Bool)
  case bytes(String, isNullable: Bool)
  case flag(String)
  /// The words of the integers 0, 1, 2, …
  case choice(String, [String])
  /// Two conditions: that a list has an element, which is bound as each of `forms` writes it; and that it has any.
  case list(has: String, forms: [ElementForm], any: String)

  enum ElementForm {
    /// As it is.
    case plain
    /// As JSON writes it: JSON's own functions of SQLite end a text at U+0000.
    case json
    /// The beginning of the array that counts it: `["element",`
    case counted
    /// The word that rows keep for a warning.
    case warning
  }
}

extension FilteredList {
  /// The column of a field. Spans have no rows: their fields are read from the payload.
  func column(_ field: RowField) -> FilterColumn? {
    switch self {
    case .sessions: Self.session(field)
    case .traces: Self.trace(field)
    case .users: Self.user(field)
    case .spans: nil
    }
  }

  private static func session(_ field: RowField) -> FilterColumn? {
    switch field {
    case .id: .bytes("s.id", isNullable: false)
    case .name: .text("s.name", isNullable: false)
    case .displayName: .text("n.display_name", isNullable: true)
    case .bookmarked: .flag("coalesce(n.bookmarked, 0)")
    case .project: .text("p.name", isNullable: false)
    case .traceCount: .integer("s.trace_count", isNullable: false)
    case .turnCount: .integer("s.turn_count", isNullable: false)
    case .spanCount: .integer("s.span_count", isNullable: false)
    case .errorCount: .integer("s.error_count", isNullable: false)
    case .startTime: .time("s.start_time")
    case .endTime: .time("s.end_time")
    case .duration: .parts("s.duration", of: 1e6, isNullable: false)
    case .firstMessage: .text("s.first_message", isNullable: true)
    case .lastMessage: .text("s.last_message", isNullable: true)
    case .firstReply: .text("s.first_reply", isNullable: true)
    case .lastReply: .text("s.last_reply", isNullable: true)
    case .userID: .text("s.user_id", isNullable: true)
    case .status: .choice("s.status", RowStatus.words)
    case .cost: .parts("s.cost", of: 1e12, isNullable: true)
    case .totalTokens: .integer("s.total_tokens", isNullable: true)
    case .inputTokens: tallied("s.tally", "$.g", 0)
    case .outputTokens: tallied("s.tally", "$.g", 1)
    case .cachedTokens: tallied("s.tally", "$.g", 3)
    case .reasoningTokens: tallied("s.tally", "$.g", 4)
    case .userIDs: counted("u", .counted)
    case .models: counted("m", .counted)
    case .tags: counted("t", .counted)
    case .services: counted("s", .counted)
    case .warnings: counted("w", .warning)
    default: nil
    }
  }

  private static func trace(_ field: RowField) -> FilterColumn? {
    switch field {
    case .traceID: .bytes("t.trace_id", isNullable: false)
    case .project: .text("p.name", isNullable: false)
    case .sessionID: .bytes("s.id", isNullable: true)
    case .sessionName: .text("s.name", isNullable: true)
    case .userID: .text("u.user_id", isNullable: true)
    case .name: .text("t.name", isNullable: false)
    case .input: .text("t.input", isNullable: true)
    case .output: .text("t.output", isNullable: true)
    case .startTime: .time("t.start_time")
    case .endTime: .time("t.end_time")
    case .duration: .parts("t.duration", of: 1e6, isNullable: false)
    case .status: .choice("t.status", RowStatus.words)
    case .model: .text("t.model", isNullable: true)
    case .cost: .parts("t.cost", of: 1e12, isNullable: true)
    case .spanCount: .integer("t.span_count", isNullable: false)
    case .errorCount: .integer("t.error_count", isNullable: false)
    case .totalTokens: .integer("t.total_tokens", isNullable: true)
    case .inputTokens: .integer("json_extract(t.detail, '$.t[0]')", isNullable: true)
    case .outputTokens: .integer("json_extract(t.detail, '$.t[1]')", isNullable: true)
    case .cachedTokens: .integer("json_extract(t.detail, '$.t[3]')", isNullable: true)
    case .reasoningTokens: .integer("json_extract(t.detail, '$.t[4]')", isNullable: true)
    case .tags: listed("t.tags")
    case .services: listed("json_extract(t.detail, '$.s')")
    case .models: models
    default: nil
    }
  }

  private static func user(_ field: RowField) -> FilterColumn? {
    switch field {
    case .userID: .text("u.user_id", isNullable: false)
    case .project: .text("p.name", isNullable: false)
    case .sessionCount: .integer("u.session_count", isNullable: false)
    case .traceCount: .integer("u.trace_count", isNullable: false)
    case .cost: .parts("u.cost", of: 1e12, isNullable: true)
    case .firstSeen: .time("u.first_seen")
    case .lastSeen: .time("u.last_seen")
    case .totalTokens: .integer("u.total_tokens", isNullable: true)
    case .inputTokens: tallied("u.usage", "$", 0)
    case .outputTokens: tallied("u.usage", "$", 1)
    case .cachedTokens: tallied("u.usage", "$", 3)
    case .reasoningTokens: tallied("u.usage", "$", 4)
    default: nil
    }
  }

  /// A sum of a tally: unknown where nothing was added to it.
  private static func tallied(_ column: String, _ path: String, _ index: Int) -> FilterColumn {
    let sum = { (part: Int) in "json_extract(\(column), '\(path)[\(index)][\(part)]')" }
    return .integer("iif(\(sum(1)) = 0, NULL, \(sum(0)))", isNullable: true)
  }

  private static func counted(_ member: String, _ form: FilterColumn.ElementForm) -> FilterColumn {
    let each = "json_each(s.tally, '$.\(member)') AS element"
    return .list(
      has: "EXISTS (SELECT 1 FROM \(each) WHERE instr(element.value, ?) = 1)", forms: [form],
      any: "EXISTS (SELECT 1 FROM \(each))")
  }

  private static func listed(_ list: String) -> FilterColumn {
    .list(
      has: "EXISTS (SELECT 1 FROM json_each(\(list)) AS element WHERE \(list) -> element.key = ?)", forms: [.json],
      any: "EXISTS (SELECT 1 FROM json_each(\(list)))")
  }

  /// A trace's one model stands in its column alone: TraceDetail.
  private static var models: FilterColumn {
    let list = "json_extract(t.detail, '$.m')"
    let isAlone = "json_type(t.detail, '$.m') IS NULL"
    let several = "EXISTS (SELECT 1 FROM json_each(\(list)) AS element WHERE \(list) -> element.key = ?)"
    return .list(
      has: "iif(\(isAlone), t.model IS ?, \(several))", forms: [.plain, .json],
      any: "iif(\(isAlone), t.model IS NOT NULL, EXISTS (SELECT 1 FROM json_each(\(list))))")
  }
}

extension RowStatus {
  /// The words of the contract, in the order of their numbers.
  static let words = ["ok", "error", "pending"]
}
