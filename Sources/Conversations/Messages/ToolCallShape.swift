import JSON
import Telemetry

extension Message {
  /// Takes in an array of tool calls in any vendor's form, or one alone.
  mutating func take(toolCalls: JSONValue) {
    switch toolCalls {
    case .array(let elements):
      for element in elements { take(toolCall: element) }
    case .object: take(toolCall: toolCalls)
    default: return
    }
  }

  /// One tool call: `{id, function: {name, arguments}}` (OpenAI), `{id, name, input}` (Anthropic, Bedrock),
  /// `{name, args, id}` (LangChain, Gemini), `{toolCallId, toolName, args}` (Vercel), `{id, name, server_tool_call}`
  /// (OTel). A call with the ID of another of the message is the same, told twice: LangChain's Anthropic messages hold
  /// theirs as a part and as a call. Of very many calls each is taken as it comes, so that a message costs no more than
  /// its length.
  mutating func take(toolCall: JSONValue) {
    let function = toolCall.member("function", "tool_call") ?? toolCall
    guard let name = function.text("name", "toolName", "tool_name") ?? toolCall.text("name") else { return }
    let id = toolCall.member("call_id", "toolCallId", "toolUseId", "tool_call_id", "id")?.identifier
    if let id, toolCalls.count <= Self.comparedCallsMax, toolCalls.contains(where: { sameUTF8($0.id, id) }) { return }
    let arguments = function.member("arguments", "args", "input", "parameters", "server_tool_call")
    toolCalls.append(ToolCall(id: id, name: name, arguments: arguments?.flatText ?? ""))
  }

  private static var comparedCallsMax: Int { 256 }
}
