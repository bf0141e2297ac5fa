import JSON
import Telemetry
import Testing

extension LiveTests {
  /// The transcript over many traces.
  @Suite struct MessagesTests {
    private static let json = ["Content-Type: application/json"]
    private static let traceCount = 40

    /// A trace whose call begins `delay` seconds behind its root.
    private static func body(_ number: Int, delay: UInt64) -> [UInt8] {
      let start = 1_700_000_000_000_000_000 + UInt64(number) * 1_000_000_000
      let digits = String(number)
      let traceID = String(repeating: "0", count: 32 - digits.utf8.count) + digits
      let root = String(repeating: "a", count: 16 - digits.utf8.count) + digits
      let call = String(repeating: "b", count: 16 - digits.utf8.count) + digits
      let callStart = start + delay * 1_000_000_000
      return Array(
        """
        {"resourceSpans":[{"scopeSpans":[{"spans":[\
        {"traceId":"\(traceID)","spanId":"\(root)","name":"root","startTimeUnixNano":"\(start)",\
        "endTimeUnixNano":"\(callStart + 1000)",\
        "attributes":[{"key":"session.id","value":{"stringValue":"s"}}]},\
        {"traceId":"\(traceID)","spanId":"\(call)","parentSpanId":"\(root)","name":"chat",\
        "startTimeUnixNano":"\(callStart)","endTimeUnixNano":"\(callStart + 500)","attributes":[\
        {"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},\
        {"key":"gen_ai.input.messages","value":{"stringValue":\
        "[{\\"role\\":\\"user\\",\\"parts\\":[{\\"type\\":\\"text\\",\\"content\\":\\"q\(number)\\"}]}]"}},\
        {"key":"gen_ai.output.messages","value":{"stringValue":\
        "[{\\"role\\":\\"assistant\\",\\"parts\\":[{\\"type\\":\\"text\\",\\"content\\":\\"a\(number)\\"}]}]"}}\
        ]}]}]}]}
        """.utf8)
    }

    @Test func pagesHoldEveryMessageOnceInTheOrderOfTheCalls() async throws {
      try await LiveServer.run { server in
        // Every fourth call begins behind those of the twenty traces that follow its own.
        let delay = { (number: Int) -> UInt64 in number % 4 == 0 ? 20 : 0 }
        for number in 1...Self.traceCount {
          let sent = try await server.send(
            "POST", "/v1/traces", headers: Self.json, body: Self.body(number, delay: delay(number)))
          #expect(sent.status == 200)
        }
        let order = (1...Self.traceCount).sorted { a, b in
          let (left, right) = (UInt64(a) + delay(a), UInt64(b) + delay(b))
          return left == right ? a < b : left < right
        }
        let expected = order.flatMap { ["q\($0)", "a\($0)"] }
        let sessions = try JSONValue.parse(try await server.get("/api/v1/sessions").text)
        let id = try #require(sessions["data"]?.array?.first?["id"]?.string)
        for limit in [1, 7, 79, 80, 81, 500] {
          var contents: [String] = []
          var indices: [Int64] = []
          var cursor = ""
          while true {
            let answer = try await server.get("/api/v1/sessions/\(id)/messages?limit=\(limit)\(cursor)")
            let page = try JSONValue.parse(answer.text)
            let rows = try #require(page["data"]?.array)
            #expect(rows.count <= limit && !rows.isEmpty)
            contents += rows.compactMap { $0["content"]?.string }
            indices += rows.compactMap { $0["index"]?.int64 }
            guard let next = page["next_cursor"]?.string else { break }
            cursor = "&cursor=\(next)"
          }
          #expect(contents == expected, "limit \(limit)")
          #expect(indices == (1...Int64(expected.count)).map { $0 })
        }
      }
    }
  }
}
