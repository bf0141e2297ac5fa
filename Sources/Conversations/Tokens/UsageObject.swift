import JSON

/// A provider's usage object: OpenAI's, Anthropic's, LangChain's and Langfuse's member names.
enum UsageObject {
  private static let input = ["input_tokens", "prompt_tokens", "input", "inputTokens", "promptTokens"]
  private static let output = ["output_tokens", "completion_tokens", "output", "outputTokens", "completionTokens"]
  private static let total = ["total_tokens", "total", "totalTokens"]
  private static let cached = [
    "cache_read_input_tokens", "input_cached_tokens", "cached_tokens", "input_cache_read", "cachedInputTokens",
  ]
  private static let reasoning = ["reasoning_tokens", "output_reasoning_tokens", "output_reasoning", "reasoningTokens"]
  private static let inputDetails = ["prompt_tokens_details", "input_tokens_details", "input_token_details"]
  private static let outputDetails = ["completion_tokens_details", "output_tokens_details", "output_token_details"]
  private static let cachedDetail = ["cached_tokens", "cache_read"]
  private static let reasoningDetail = ["reasoning_tokens", "reasoning"]

  /// nil when the object reports nothing.
  static func tokens(_ usage: JSONValue) -> TokenCounts? {
    let counts = TokenCounts(
      input: count(input, in: usage), output: count(output, in: usage), total: count(total, in: usage),
      cachedInput: count(cached, in: usage) ?? detail(cachedDetail, of: inputDetails, in: usage),
      reasoning: count(reasoning, in: usage) ?? detail(reasoningDetail, of: outputDetails, in: usage))
    return counts.isEmpty ? nil : counts
  }

  /// Its total, else all of its parts together; nil when it holds no amount.
  static func cost(_ details: JSONValue) -> PicoDollars? {
    guard let members = details.object else { return details.double.flatMap(NumberReading.dollars) }
    for name in ["total", "total_cost"] {
      if let amount = details[name]?.double.flatMap(NumberReading.dollars) { return amount }
    }
    return members.reduce(nil) { PicoDollars.sum($0, $1.value.double.flatMap(NumberReading.dollars)) }
  }

  private static func count(_ names: [String], in object: JSONValue) -> Int64? {
    for name in names { if let count = object[name].flatMap({ NumberReading.count($0) }) { return count } }
    return nil
  }

  private static func detail(_ names: [String], of objects: [String], in usage: JSONValue) -> Int64? {
    for object in objects { if let details = usage[object], let count = count(names, in: details) { return count } }
    return nil
  }
}
