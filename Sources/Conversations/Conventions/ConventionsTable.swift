extension Conventions {
  /// The table as Markdown, for documentation: a section a role, its rows in the order in which they win.
  package var markdown: String {
    var text = ""
    for role in Convention.Role.allCases {
      let rows = rows.filter { $0.role == role }
      if rows.isEmpty { continue }
      text += "\n## \(role.title)\n\n\(role.explanation)\n\n"
      text +=
        "| rank | key | on | read as | producer | version | source |\n| --- | --- | --- | --- | --- | --- | --- |\n"
      for (rank, row) in rows.enumerated() {
        let cells = [
          String(rank + 1), "`\(row.key)`", "\(row.place)", row.reading.title, row.producer, row.version, row.source,
        ]
        text += "| " + cells.joined(separator: " | ") + " |\n"
      }
    }
    return text
  }
}

extension Convention.Reading {
  fileprivate var title: String {
    switch self {
    case .plain: ""
    case .json: "JSON"
    case .zeroIsUnknown: "0 is unknown"
    }
  }
}

extension Convention.Role {
  fileprivate var title: String {
    switch self {
    case .session: "Session"
    case .user: "User"
    case .project: "Project"
    case .serviceName: "Service"
    case .kind: "Kind"
    case .model: "Model"
    case .requestParameters: "Request parameters"
    case .responseID: "Response ID"
    case .inputTokens: "Input tokens"
    case .outputTokens: "Output tokens"
    case .totalTokens: "Total tokens"
    case .cachedTokens: "Cached input tokens"
    case .reasoningTokens: "Reasoning tokens"
    case .usage: "Usage objects"
    case .cost: "Cost"
    case .costPart: "Cost, in parts"
    case .costDetails: "Cost objects"
    case .metadata: "Metadata"
    case .metadataMember: "Metadata, a key a member"
    case .tags: "Tags"
    case .spanType: "Pending spans"
    case .pendingParent: "Parents of pending spans"
    case .response: "Responses"
    case .messages: "Messages"
    }
  }

  fileprivate var explanation: String {
    switch self {
    case .session, .user:
      "Resolved per trace over all its spans: best rank, then earliest start, then smaller span ID."
    case .project: "Resolved as the session; else the service's name, else `default`."
    case .serviceName: "Of the effective root, and unless it begins with `\(Convention.unnamedService)`, the project."
    case .kind: "The first key with a word that says something; else LLM where a span has a model and tokens."
    case .model: "The first that is there."
    case .requestParameters: "Their `model`, where no key names one."
    case .responseID: "Equal IDs within a session are one call."
    case .inputTokens, .outputTokens, .totalTokens, .cachedTokens, .reasoningTokens:
      "The first that is a count."
    case .usage: "Only where no key reports a count."
    case .cost: "In US dollars; the first that is an amount; else by the price of the model."
    case .costPart: "Added up."
    case .costDetails: "Their total, else their parts added up."
    case .metadata: "A JSON object, keys unchanged."
    case .metadataMember: "Each key without its prefix is a member; session and user IDs are left out."
    case .tags: "An array, a JSON array in a text, or a text of commas."
    case .spanType: "`\(Convention.pendingSpanType)`: the span announces the one whose ID is its parent."
    case .pendingParent: "The parent of the span that is announced."
    case .response: "The `id` of a completion object, where no key names the response."
    case .messages: "A side of a span takes the first source that yields any."
    }
  }
}
