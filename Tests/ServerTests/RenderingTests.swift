import Conversations
import JSON
import Store
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

  @Test func aTraceRow() {
    let row = TraceRow(
      id: TraceID(high: 1, low: 2) ?? TraceID(high: 1, low: 1).unsafelyUnwrapped, project: ProjectName("p"),
      sessionID: nil, sessionName: nil, userID: UserID("u"), name: "n", input: nil, output: "o",
      startTime: UnixNanoseconds(1_000_000_000), endTime: UnixNanoseconds(1_000_500_000), status: .pending, model: nil,
      tokens: nil, cost: PicoDollars(1_500_000_000_000), spanCount: 2, errorCount: 0, tags: ["a"],
      metadata: #"{"k":[1]}"#)
    #expect(
      json { $0.row(row) } == """
        {"trace_id":"00000000000000010000000000000002","project":"p","session_id":null,"session_name":null,\
        "user_id":"u","name":"n","input":null,"output":"o","start_time":"1970-01-01T00:00:01.000000000Z",\
        "end_time":"1970-01-01T00:00:01.000500000Z","duration_ms":0.5,"status":"pending","model":null,"tokens":null,\
        "cost_usd":1.5,"span_count":2,"error_count":0,"tags":["a"],"metadata":{"k":[1]}}
        """)
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
