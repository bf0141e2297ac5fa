import JSON
import Server
import Telemetry
import Testing

extension LiveTests {
  /// Users: rows, their parameters, one user.
  @Suite struct UserTests {
    private static let json = ["Content-Type: application/json"]

    private static func send(
      _ server: LiveServer, trace: Int, user: String, project: String, start: UInt64 = 1_700_000_000_000_000_000
    ) async throws {
      let id = String(repeating: "0", count: 32 - String(trace).utf8.count) + String(trace)
      let sent = try await server.send(
        "POST", "/v1/traces", headers: json + ["x-project-name: \(project)"],
        body: Sample.json(
          traceID: id, attributes: [("session.id", "s\(trace)"), ("user.id", user)],
          start: start + UInt64(trace) * 1_000_000_000))
      #expect(sent.status == 200)
    }

    @Test func aUserHasARowAProject() async throws {
      try await LiveServer.run { server in
        try await Self.send(server, trace: 1, user: "u/1 ?", project: "p")
        try await Self.send(server, trace: 2, user: "u/1 ?", project: "p")
        try await Self.send(server, trace: 3, user: "u/1 ?", project: "q")
        let inQ =
          #"{"user_id":"u/1 ?","project":"q","session_count":1,"trace_count":1,"tokens":null,"cost_usd":null,"#
          + #""first_seen":"2023-11-14T22:13:23.000000000Z","last_seen":"2023-11-14T22:13:23.001500000Z"}"#
        let inP =
          #"{"user_id":"u/1 ?","project":"p","session_count":2,"trace_count":2,"tokens":null,"cost_usd":null,"#
          + #""first_seen":"2023-11-14T22:13:21.000000000Z","last_seen":"2023-11-14T22:13:22.001500000Z"}"#
        let list = try await server.get("/api/v1/users?total=true")
        #expect(list.text == #"{"data":[\#(inQ),\#(inP)],"next_cursor":null,"total":2}"#)
        let seenLast = try await server.get("/api/v1/users/u%2F1%20%3F")
        #expect(seenLast.text == inQ)
        let named = try await server.get("/api/v1/users/u%2F1%20%3F?project=p")
        #expect(named.text == inP)
        for path in ["u", "u%2F1%20%3F?project=r"] {
          let none = try await server.get("/api/v1/users/\(path)")
          #expect(none.status == 404)
        }
        for (query, count) in [
          ("project=p", 1), ("user_id=u/1+?", 2), ("from=2023-11-14T22:13:23Z", 1), ("to=2023-11-14T22:13:22Z", 1),
          ("min_tokens=1", 0), ("project=r", 0),
        ] {
          let found = try JSONValue.parse(try await server.get("/api/v1/users?\(query)").text)
          #expect(found["data"]?.array?.count == count, "\(query)")
        }
      }
    }

    @Test func pagesHoldEveryUserOnce() async throws {
      try await LiveServer.run { server in
        // The same user in two projects, and users whose IDs order only by their bytes.
        for trace in 1...20 {
          try await Self.send(
            server, trace: trace, user: ["a", "B", "é", "e\u{301}", "\u{1F600}"][trace % 5], project: "p\(trace % 2)")
        }
        for sort in ["", "&sort=start_time", "&sort=-trace_count", "&sort=tokens", "&sort=-cost_usd"] {
          var seen: [String] = []
          var cursor = ""
          while true {
            let page = try JSONValue.parse(try await server.get("/api/v1/users?limit=3\(sort)\(cursor)").text)
            for row in try #require(page["data"]?.array) {
              let user = try #require(row["user_id"]?.string)
              seen.append("\(Array(user.utf8)) \(row["project"]?.string ?? "")")
            }
            guard let next = page["next_cursor"]?.string else { break }
            cursor = "&cursor=\(next)"
          }
          #expect(seen.count == 10 && Set(seen).count == 10, "\(sort)")
        }
      }
    }

    @Test(arguments: [
      ("sort=duration_ms", "sort"), ("sort=-error_count", "sort"), ("sort=last_seen", "sort"), ("status=bad", "status"),
      ("session_id=s", "session_id"), ("limit=0", "limit"), ("cursor=AAAA", "cursor"), ("min_tokens=x", "min_tokens"),
    ])
    func namesTheBadParameter(_ query: String, parameter: String) async throws {
      try await LiveServer.run { server in
        let answer = try await server.get("/api/v1/users?\(query)")
        #expect(answer.status == 400)
        let problem = try JSONValue.parse(answer.text)
        #expect(problem["parameter"]?.string == parameter)
      }
    }
  }
}
