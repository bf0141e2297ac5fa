import Conversations
import JSON

extension JSONWriter {
  mutating func member(_ key: String, _ messages: [Message]) {
    self.key(key)
    beginArray()
    for message in messages { self.message(message) }
    endArray()
  }

  mutating func message(_ message: Message) {
    beginObject()
    members(message)
    endObject()
  }

  /// What names a message beyond role and content is left out where the producer did.
  mutating func members(_ message: Message) {
    member("role", message.role.name)
    member("content", message.text)
    member("parts", message.parts)
    member("tool_calls", message.toolCalls)
    if let id = message.toolCallID { member("tool_call_id", id) }
    if let name = message.name { member("name", name) }
    if let reason = message.finishReason { member("finish_reason", reason) }
  }

  mutating func member(_ key: String, _ parts: [ContentPart]) {
    self.key(key)
    beginArray()
    for part in parts {
      beginObject()
      members(part)
      endObject()
    }
    endArray()
  }

  mutating func member(_ key: String, _ calls: [ToolCall]) {
    self.key(key)
    beginArray()
    for call in calls {
      beginObject()
      member("id", call.id)
      member("name", call.name)
      member("arguments", call.arguments)
      endObject()
    }
    endArray()
  }

  private mutating func members(_ part: ContentPart) {
    switch part {
    case .text(let text):
      member("type", "text")
      member("text", text)
    case .image(let media): members("image", media)
    case .audio(let media): members("audio", media)
    case .video(let media): members("video", media)
    case .file(let media): members("file", media)
    case .reasoning(let text):
      member("type", "reasoning")
      member("text", text)
    case .toolResult(let id, let name, let content):
      member("type", "tool_result")
      member("id", id)
      member("name", name)
      member("content", content)
    case .other(let type, let json):
      member("type", type)
      member("value", json: json, fallback: "null")
    }
  }

  private mutating func members(_ type: String, _ media: Media) {
    member("type", type)
    member("media_type", media.mediaType)
    member("url", media.url)
    member("name", media.name)
  }
}
