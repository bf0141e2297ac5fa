import JSON
import OTLP
import Telemetry

@testable import Store

/// Chats whose every turn carries the whole history, in words of several scripts.
struct SearchTraffic {
  static let words = [
    "refund", "Refunds", "refunded", "straße", "Grüße", "GRÜẞE", "naïve", "NAIVE", "a", "an", "and", "invoice", "42",
    "3.14", "don't", "user@example.com", "ключ", "Ёлка", "елка", "ΟΔΟΣ", "οδος", "שלום", "مرحبا", "हिन्दी",
    "北京", "北京市", "京都", "市", "東京都", "さくら", "カタカナ", "한국어", "한국", "ไทย", "สวัสดี", "🌱", "<mark>", "&amp;",
    "\"quoted\"", "emoji🌱word", "x_y", "٣", "ＡＢＣ", "abc", "e\u{301}tude", "étude",
  ]

  struct Chat {
    var session: String?
    var project = "shop"
    var user: String?
    var messages: [(role: String, text: String)] = []
    /// How many of the messages each turn carries.
    var turns: [Int] = []
  }

  private(set) var chats: [Chat] = []

  init(seed: UInt64, chats count: Int) {
    var random = SeededGenerator(seed: seed)
    for number in 0..<count {
      var chat = Chat(session: random.chance(80) ? "chat \(number)" : nil)
      chat.project = random.chance(70) ? "shop" : "help"
      chat.user = random.chance(60) ? "user-\(number % 3)" : nil
      if random.chance(50) { chat.messages.append(("system", Self.text(&random))) }
      for _ in 0..<(chat.session == nil ? 1 : Int.random(in: 1...4, using: &random)) {
        chat.messages.append(("user", Self.text(&random)))
        if random.chance(20) { chat.messages.append(("tool", Self.text(&random))) }
        chat.messages.append(("assistant", Self.text(&random)))
        chat.turns.append(chat.messages.count)
      }
      chats.append(chat)
    }
  }

  static func text(_ random: inout SeededGenerator) -> String {
    let count = Int.random(in: 1...9, using: &random)
    return (0..<count).map { _ in
      (words.randomElement(using: &random) ?? "") + ([" ", " ", ", ", "\n", "。"].randomElement(using: &random) ?? " ")
    }.joined()
  }

  /// A span for each turn of each chat.
  var sent: [Sent] {
    chats.enumerated().flatMap { number, chat in
      chat.turns.enumerated().map { Self.turn(chat, number, $0, carrying: $1) }
    }
  }

  static func turn(_ chat: Chat, _ number: Int, _ turn: Int, carrying count: Int) -> Sent {
    var attributes = [("openinference.span.kind", "LLM"), ("llm.model_name", "m")]
    if let session = chat.session { attributes.append(("session.id", session)) }
    if let user = chat.user { attributes.append(("user.id", user)) }
    for (index, message) in chat.messages.prefix(count - 1).enumerated() {
      attributes.append(("llm.input_messages.\(index).message.role", message.role))
      attributes.append(("llm.input_messages.\(index).message.content", message.text))
    }
    let answer = chat.messages[count - 1]
    attributes.append(("llm.output_messages.0.message.role", answer.role))
    attributes.append(("llm.output_messages.0.message.content", answer.text))
    let start = 1_795_000_000_000_000_000 + UInt64(number) * 1_000_000_000 + UInt64(turn) * 1_000_000
    return span(number: UInt64(number) << 8 | UInt64(turn) + 1, start: start, attributes, project: chat.project)
  }

  static func span(
    number: UInt64, start: UInt64, _ attributes: [(String, String)], project: String, span: UInt64? = nil,
    parent: UInt64? = nil
  ) -> Sent {
    func hex(_ value: UInt64, _ count: Int) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: count - text.count) + text
    }
    func attribute(_ key: String, _ value: String) -> JSONValue {
      .object([("key", .string(key)), ("value", .object([("stringValue", .string(value))]))])
    }
    var item: [(key: String, value: JSONValue)] = [
      ("traceId", .string(hex(number, 32))), ("spanId", .string(hex(span ?? number, 16))), ("name", .string("chat")),
      ("startTimeUnixNano", .string(String(start))), ("endTimeUnixNano", .string(String(start + 500_000))),
      ("attributes", .array(attributes.map(attribute))),
    ]
    if let parent { item.append(("parentSpanId", .string(hex(parent, 16)))) }
    let resource = JSONValue.object([("attributes", .array([attribute("project_name", project)]))])
    return Sent(resource: resource, item: .object(item))
  }
}
