import JSON
import Server
import Telemetry
import Testing

extension LiveTests {
  /// What was sent comes back over the API, exactly.
  @Suite struct AnswerTests {
    private static let json = ["Content-Type: application/json"]

    @Test func aTraceRow() async throws {
      try await LiveServer.run { server in
        let sent = try await server.send(
          "POST", "/v1/traces", headers: Self.json + ["x-project-name: p"],
          body: Sample.json(attributes: [("session.id", "s/1 ?#%"), ("user.id", "u+1")]))
        #expect(sent.status == 200)
        let id = SessionID(project: ProjectName("p"), name: SessionName("s/1 ?#%")).uuid
        let traces = try await server.get("/api/v1/traces?session=s%2F1%20%3F%23%25&user_id=u%2B1&total=true")
        #expect(
          traces.text == """
            {"data":[{"trace_id":"\(Sample.traceID)","project":"p","session_id":"\(id)","session_name":"s/1 ?#%",\
            "user_id":"u+1","name":"chat","input":null,"output":null,"start_time":"2023-11-14T22:13:20.000000000Z",\
            "end_time":"2023-11-14T22:13:20.001500000Z","duration_ms":1.5,"status":"ok","model":null,"models":[],\
            "services":[],"tokens":null,"cost_usd":null,"span_count":1,"error_count":0,"tags":[],"metadata":{}}],\
            "next_cursor":null,"total":1}
            """)
        let none = try await server.get("/api/v1/traces?user_id=u+1")
        #expect(none.text == #"{"data":[],"next_cursor":null}"#)
      }
    }

    @Test func pagesHoldEveryRowOnce() async throws {
      try await LiveServer.run { server in
        for index in 1...25 {
          let id = String(repeating: "0", count: index < 10 ? 31 : 30) + String(index)
          let body = Sample.json(
            traceID: id, attributes: [("session.id", "s\(index % 7)")],
            start: 1_700_000_000_000_000_000 + UInt64(index % 5))
          let sent = try await server.send("POST", "/v1/traces", headers: Self.json, body: body)
          #expect(sent.status == 200)
        }
        for path in ["traces", "traces?sort=start_time", "sessions?sort=-trace_count", "sessions"] {
          var seen: [String] = []
          var cursor = ""
          while true {
            let mark = path.contains("?") ? "&" : "?"
            let page = try JSONValue.parse(try await server.get("/api/v1/\(path)\(mark)limit=4\(cursor)").text)
            let rows = try #require(page["data"]?.array)
            seen += rows.compactMap { ($0["trace_id"] ?? $0["id"])?.string }
            guard let next = page["next_cursor"]?.string else { break }
            cursor = "&cursor=\(next)"
          }
          #expect(seen.count == (path.hasPrefix("traces") ? 25 : 7))
          #expect(Set(seen).count == seen.count)
        }
      }
    }

    @Test func unknownThingsAreNotFound() async throws {
      try await LiveServer.run { server in
        let uuid = "d3e74025-574b-56ab-afe8-9b19f360373a"
        for path in [
          "sessions/\(uuid)", "sessions/x", "sessions/\(uuid)/conversation", "sessions/\(uuid)/messages",
          "sessions/\(uuid)/explain", "traces/\(Sample.traceID)", "traces/zz", "traces/\(Sample.traceID)/conversation",
          "traces/\(Sample.traceID)/spans/\(Sample.spanID)", "nothing",
        ] {
          let answer = try await server.get("/api/v1/\(path)")
          #expect(answer.status == 404, "\(path)")
          #expect(answer["content-type"] == "application/problem+json")
        }
      }
    }
  }
}
