import Conversations
import JSON
import Telemetry
import Testing

@testable import Server

/// The exact JSON of values and rows.
@Suite struct RenderingTests {
  private func json(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return writer.text
  }

  @Test(arguments: [
    (AttributeValue.none, "null"), (.string("a\"\u{0}\n"), #""a\"\u0000\n""#), (.bool(true), "true"),
    (.int(9_007_199_254_740_992), "9007199254740992"), (.int(9_007_199_254_740_993), #""9007199254740993""#),
    (.int(.min), #""-9223372036854775808""#), (.int(-1), "-1"), (.double(0.5), "0.5"), (.double(.nan), #""NaN""#),
    (.double(-.infinity), #""-Infinity""#), (.bytes([0xFB, 0xFF]), #""+/8=""#), (.bytes([]), #""""#),
    (.array([.int(1), .array([]), .none]), "[1,[],null]"),
    (.keyValueList([("b", .int(1)), ("a", .keyValueList([]))]), #"{"b":1,"a":{}}"#),
  ])
  func attributes(_ value: AttributeValue, expected: String) {
    #expect(json { $0.value(value) } == expected)
  }

  @Test func tokensSayOnlyWhatWasReported() {
    #expect(
      json {
        $0.beginObject(); $0.member("t", TokenCounts?.none); $0.endObject()
      } == #"{"t":null}"#)
    let counts = TokenCounts(input: 1, total: 3, reasoning: 0)
    #expect(
      json {
        $0.beginObject(); $0.member("t", counts); $0.endObject()
      }
        == #"{"t":{"input":1,"output":null,"total":3,"reasoning":0}}"#)
  }

  @Test func aMessage() {
    let message = Message(
      role: .assistant, parts: [.text("a"), .image(Media(mediaType: "image/png", url: "u"))],
      toolCalls: [ToolCall(id: "1", name: "f", arguments: "{}")], finishReason: "stop")
    #expect(
      json { $0.message(message) } == """
        {"role":"assistant","content":"a","parts":[{"type":"text","text":"a"},\
        {"type":"image","media_type":"image/png","url":"u","name":null}],\
        "tool_calls":[{"id":"1","name":"f","arguments":"{}"}],"finish_reason":"stop"}
        """)
  }

  @Test func base64AgreesWithItsOwnReading() {
    var random = SystemRandomNumberGenerator()
    for count in 0..<70 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
      #expect(Base64.encode(bytes).utf8.count == (count + 2) / 3 * 4)
    }
    #expect(Base64URL.decode("A") == nil)
    #expect(Base64URL.decode("AB") == nil)
    #expect(Base64URL.decode("+/+/") == nil)
  }
}
