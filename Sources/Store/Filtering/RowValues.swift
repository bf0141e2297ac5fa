import Conversations
import Filters
import Telemetry

// The fields of rows as filters see them: the values that the API shows.

extension SessionRow {
  func value(of field: RowField) -> RowValue {
    switch field {
    case .id: .bytes(id.bytes)
    case .name: .text(name.text)
    case .displayName: RowValue(displayName)
    case .bookmarked: .flag(bookmarked)
    case .project: .text(project.text)
    case .traceCount: .number(.int(traceCount))
    case .turnCount: .number(.int(turnCount))
    case .spanCount: .number(.int(spanCount))
    case .errorCount: .number(.int(errorCount))
    case .startTime: .time(startTime)
    case .endTime: .time(endTime)
    case .duration: RowValue(from: startTime, to: endTime)
    case .firstMessage: RowValue(firstMessage)
    case .lastMessage: RowValue(lastMessage)
    case .firstReply: RowValue(firstReply)
    case .lastReply: RowValue(lastReply)
    case .userID: RowValue(userID?.text)
    case .userIDs: .texts(userIDs.map(\.text))
    case .status: RowValue(status)
    case .models: .texts(models)
    case .tags: .texts(tags)
    case .services: .texts(services)
    case .warnings: .texts(warnings.map(\.code))
    default: RowValue(usage: field, tokens, cost)
    }
  }
}

extension TraceRow {
  func value(of field: RowField) -> RowValue {
    switch field {
    case .traceID: .bytes(id.bytes)
    case .project: .text(project.text)
    case .sessionID: sessionID.map { .bytes($0.bytes) } ?? .absent
    case .sessionName: RowValue(sessionName?.text)
    case .userID: RowValue(userID?.text)
    case .name: .text(name)
    case .input: RowValue(input)
    case .output: RowValue(output)
    case .startTime: .time(startTime)
    case .endTime: .time(endTime)
    case .duration: RowValue(from: startTime, to: endTime)
    case .status: RowValue(status)
    case .model: RowValue(model)
    case .models: .texts(models)
    case .services: .texts(services)
    case .tags: .texts(tags)
    case .spanCount: .number(.int(spanCount))
    case .errorCount: .number(.int(errorCount))
    default: RowValue(usage: field, tokens, cost)
    }
  }
}

extension UserRow {
  func value(of field: RowField) -> RowValue {
    switch field {
    case .userID: .text(id.text)
    case .project: .text(project.text)
    case .sessionCount: .number(.int(sessionCount))
    case .traceCount: .number(.int(traceCount))
    case .firstSeen: .time(firstSeen)
    case .lastSeen: .time(lastSeen)
    default: RowValue(usage: field, tokens, cost)
    }
  }
}

extension RowValue {
  init(_ text: String?) { self = text.map { .text($0) } ?? .absent }

  init(_ status: RowStatus) { self = .text(RowStatus.words[Int(status.rawValue)]) }

  /// Milliseconds, as rows show them.
  init(from start: UnixNanoseconds, to end: UnixNanoseconds) {
    self = .number(.double(Double(durationNanoseconds(from: start, to: end)) / 1e6))
  }

  /// Tokens and cost.
  init(usage field: RowField, _ tokens: TokenCounts?, _ cost: PicoDollars?) {
    let count: Int64? =
      switch field {
      case .totalTokens: tokens?.total
      case .inputTokens: tokens?.input
      case .outputTokens: tokens?.output
      case .cachedTokens: tokens?.cachedInput
      case .reasoningTokens: tokens?.reasoning
      default: nil
      }
    if field == .cost {
      self = cost.map { .number(.double($0.dollars)) } ?? .absent
    } else {
      self = count.map { .number(.int($0)) } ?? .absent
    }
  }
}
