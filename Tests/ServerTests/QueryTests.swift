import JSON
import Store
import Telemetry
import Testing

@testable import Server

extension LiveTests {
  /// Targets and parameters, as the server reads them.
  @Suite struct QueryTests {
    @Test(arguments: [
      ("/api/v1/sessions/a%2Fb", ["api", "v1", "sessions", "a%2Fb"], ""),
      ("/v1/traces/", ["v1", "traces"], ""),
      ("//v1//traces", ["v1", "", "traces"], ""),
      ("/a?b=c?d#e", ["a"], "b=c?d"),
      ("http://host:1/a/b?c", ["a", "b"], "c"),
      ("http://host?x", [""], "x"),
      ("/", [""], ""),
    ])
    func takesTargetsApart(_ target: String, segments: [String], query: String) {
      let target = RequestTarget(target)
      #expect(target.segments.map(String.init) == segments)
      #expect(String(target.query) == query)
    }

    @Test func decodesExactly() throws {
      #expect(PercentEncoding.decode("a+b%2B%25%2f", plusIsSpace: true) == "a b+%/")
      #expect(PercentEncoding.decode("a+b", plusIsSpace: false) == "a+b")
      #expect(PercentEncoding.decode("%e2%82%ac", plusIsSpace: false) == "€")
      for bad in ["%", "%4", "%zz", "%ff", "%c3%28"] {
        #expect(PercentEncoding.decode(Substring(bad), plusIsSpace: true) == nil, "\(bad)")
      }
    }

    @Test(arguments: ["/ ? # % & + =", "日本語", "\u{0}", "a\u{301}", "😀"])
    func encodesWhatItDecodes(_ text: String) throws {
      let encoded = PercentEncoding.encode(text)
      #expect(encoded.utf8.allSatisfy { $0 < 0x80 })
      let decoded = try #require(PercentEncoding.decode(Substring(encoded), plusIsSpace: true))
      #expect(Array(decoded.utf8) == Array(text.utf8))
    }

    @Test(arguments: [
      ("foo=1", "foo"), ("limit=0", "limit"), ("limit=501", "limit"), ("limit=+5", "limit"), ("limit=x", "limit"),
      ("limit=5&limit=5", "limit"), ("project=", "project"), ("project", "project"), ("session_id=12", "session_id"),
      ("from=yesterday", "from"), ("status=bad", "status"), ("sort=name", "sort"), ("cursor=AAAA", "cursor"),
      ("min_duration_ms=-1", "min_duration_ms"), ("min_duration_ms=nan", "min_duration_ms"),
      ("min_tokens=1.5", "min_tokens"), ("bookmarked=1", "bookmarked"), ("total=yes", "total"),
      ("user_id=%ff", "user_id"),
      ("a%20b=1", "a b"),
    ])
    func namesTheBadParameter(_ query: String, parameter: String) async throws {
      try await LiveServer.run { server in
        for list in ["sessions", "traces"] {
          let answer = try await server.get("/api/v1/\(list)?\(query)")
          #expect(answer.status == 400)
          #expect(answer["content-type"] == "application/problem+json")
          let problem = try JSONValue.parse(answer.text)
          #expect(problem["parameter"]?.string == parameter)
          #expect(problem["status"]?.int64 == 400)
          for member in ["type", "title", "detail"] { #expect(problem[member]?.string?.isEmpty == false) }
        }
      }
    }

    @Test func cursorsAreBoundToTheirOrder() {
      var random = SystemRandomNumberGenerator()
      let sort = Sort(key: .tokens, descending: false)
      for value in [nil, 0, -1, Int64.max, Int64.min] as [Int64?] {
        let cursor = Cursor(
          sort: sort, value: value, id: (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
        let text = CursorText.encode(cursor, of: .sessions)
        #expect(CursorText.decode(text, of: .sessions, sort: sort) == cursor)
        #expect(CursorText.decode(text, of: .traces, sort: sort) == nil)
        #expect(CursorText.decode(text, of: .sessions, sort: Sort(key: .tokens, descending: true)) == nil)
        #expect(CursorText.decode(text, of: .sessions, sort: Sort(key: .cost, descending: false)) == nil)
        #expect(CursorText.decode(String(text.dropLast()), of: .sessions, sort: sort) == nil)
        for index in text.indices {
          var changed = text
          changed.replaceSubrange(index...index, with: changed[index] == "A" ? "B" : "A")
          #expect(CursorText.decode(changed, of: .sessions, sort: sort) != cursor)
        }
      }
    }
  }
}
