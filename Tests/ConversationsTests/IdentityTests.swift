import Conversations
import JSON
import OTLP
import Telemetry
import Testing

/// Whose a trace is.
@Suite struct IdentityTests {
  @Test func betterRankWinsOverEarlierStart() throws {
    let trace = try summary([
      TestSpan(1, at: 0, [("gen_ai.conversation.id", .string("generated")), ("user_id", .string("late"))]),
      TestSpan(2, parent: 1, at: 5, [("session.id", .string("mine")), ("user.id", .string("me"))]),
    ])
    #expect(trace?.session?.value.text == "mine")
    #expect(trace?.session?.spanID == .of(2))
    #expect(trace?.session?.key == "session.id")
    #expect(trace?.session?.rule == "session: session.id")
    #expect(trace?.user?.value.text == "me")
    #expect(trace?.warnings == [.sessionKeysDisagree(keys: ["gen_ai.conversation.id", "session.id"])])
  }

  /// Compared each with each, so many would take minutes.
  @Test func oneSpanMayNameVeryManySessions() throws {
    let names = (0..<40_000).map { ("session.id", JSONValue.string("s\($0)")) }
    let trace = try summary([TestSpan(1, at: 0, names + names)])
    #expect(trace?.session?.value.text == "s0")
    #expect(trace?.warnings == [.sessionKeysDisagree(keys: ["session.id"])])
  }

  @Test func ofOneRankTheEarliestThenTheSmallerSpanIDWins() throws {
    let sessions = [(3, 0), (2, 5), (1, 5)].map { id, start in
      TestSpan(UInt64(id), at: UInt64(start), [("session.id", .string("s\(id)"))])
    }
    #expect(try summary(sessions)?.session?.value.text == "s3")
    #expect(try summary(Array(sessions.dropFirst()))?.session?.value.text == "s1")
  }

  /// Each key of the table, alone, names the session or user.
  @Test func everyKeyCounts() throws {
    for row in Conventions().rows where row.role == .session || row.role == .user {
      var attribute: (String, JSONValue)
      switch row.pattern {
      case .key(let key): attribute = (key, .string("them"))
      case .member(let name, let key): attribute = (key, .string(#"{"\#(name)": "them"}"#))
      case .family: continue
      }
      if row.place == .resource { continue }
      let found = try summary([TestSpan(1, at: 0, [attribute])])
      #expect((row.role == .session ? found?.session?.value.text : found?.user?.value.text) == "them", "\(row.name)")
      attribute.0 = "x." + attribute.0
      #expect(try summary([TestSpan(1, at: 0, [attribute])])?.session == nil)
    }
  }

  /// Of two keys on one span the one that stands first in the table wins.
  @Test func rowsOfTheTableAreRanks() throws {
    let keys = Conventions().rows.compactMap { row -> String? in
      guard row.role == .session, case .key(let key) = row.pattern else { return nil }
      return key
    }
    for (better, worse) in zip(keys, keys.dropFirst()) {
      let found = try summary([TestSpan(1, at: 0, [(worse, .string("worse")), (better, .string("better"))])])
      #expect(found?.session?.value.text == "better")
      #expect(found?.session?.key == better)
    }
  }

  @Test(arguments: ["thread.id", "langsmith.trace.session_name", "service.instance.id"])
  func theseAreNoSessions(_ key: String) throws {
    #expect(try summary([TestSpan(1, at: 0, [(key, .string("x"))])], resource: [(key, .string("x"))])?.session == nil)
  }

  @Test(
    arguments: [
      ("  padded\u{3000}\n", "padded"), ("\"quoted\"", "quoted"), ("\" inner \"", "inner"), ("", nil), ("   ", nil),
      ("\"\"", nil), ("[Scrubbed due to 'session']", nil), ("__REDACTED__", nil), ("<REDACTED>", nil),
      ("a\0b", "a\u{FFFD}b"), ("\"half", "\"half"), ("{\"a\": 1}", "{\"a\": 1}"), ("a/b?c#d%20", "a/b?c#d%20"),
    ] as [(String, String?)])
  func identifiersAreNormalised(_ sent: String, _ want: String?) throws {
    #expect(try summary([TestSpan(1, at: 0, [("session.id", .string(sent))])])?.session?.value.text == want)
  }

  @Test(
    arguments: [
      (JSONValue.int(67890), "67890"), (.int(9_007_199_254_740_993), "9007199254740993"), (.int(-1), "-1"),
      (.double(12), "12"), (.double(1.5), nil), (.double(.nan), nil), (.bool(true), nil), (.array([.string("a")]), nil),
    ] as [(JSONValue, String?)])
  func numbersAreIdentifiersWhenWhole(_ sent: JSONValue, _ want: String?) throws {
    #expect(try summary([TestSpan(1, at: 0, [("user.id", sent)])])?.user?.value.text == want)
  }

  @Test func aKeyThatNamesNothingGivesWay() throws {
    let found = try summary([
      TestSpan(1, at: 0, [("session.id", .string("")), ("gen_ai.conversation.id", .string("c"))])
    ])
    #expect(found?.session?.value.text == "c")
    #expect(found?.warnings == [])
  }

  @Test func equalValuesAgree() throws {
    let found = try summary([
      TestSpan(1, at: 0, [("gen_ai.conversation.id", .int(7)), ("session.id", .string("7"))])
    ])
    #expect(found?.warnings == [])
    #expect(found?.session?.key == "session.id")
  }

  @Test func configuredKeysComeFirst() throws {
    let conventions = Conventions(
      sessionKeys: ["my.chat", "my.other"], userKeys: ["my.user"], projectKeys: ["my.project"])
    let spans = [
      TestSpan(
        1, at: 0,
        [
          ("session.id", .string("s")), ("my.other", .string("o")), ("user.id", .string("u")),
          ("my.user", .string("mu")), ("my.project", .string("mp")),
        ])
    ]
    let resource: [(String, JSONValue)] = [("project_name", .string("p"))]
    let found = TraceSummary(resolving: try facts(spans, resource: resource, conventions: conventions))
    #expect(found?.session?.value.text == "o")
    #expect(found?.user?.value.text == "mu")
    #expect(found?.project.value.text == "mp")
  }

  @Test func projects() throws {
    let span = TestSpan(1, at: 0, [("langsmith.trace.session_name", .string("smith"))])
    let service: (String, JSONValue) = ("service.name", .string("chat"))
    func project(
      _ spans: [TestSpan], _ resource: [(String, JSONValue)], header: String? = nil
    ) throws -> Evidence<ProjectName>? {
      TraceSummary(resolving: try facts(spans, resource: resource, requestProject: header))?.project
    }
    let all: [(String, JSONValue)] = [
      service, ("openinference.project.name", .string("oi")), ("project_name", .string("fi")),
    ]
    #expect(try project([span], all, header: "h")?.value.text == "fi")
    #expect(try project([span], Array(all.dropLast()), header: "h")?.value.text == "oi")
    #expect(try project([span], [service], header: "h")?.value.text == "h")
    #expect(try project([span], [service])?.value.text == "smith")
    #expect(try project([TestSpan(1, at: 0)], [service])?.value.text == "chat")
    #expect(try project([TestSpan(1, at: 0)], [service])?.key == "service.name")
    let unnamed = try project([TestSpan(1, at: 0)], [("service.name", .string("unknown_service:python"))])
    #expect(unnamed?.value.text == "default")
    #expect(unnamed?.spanID == nil)
  }

  @Test func onlyTheRootsServiceIsTheProject() throws {
    let root = try facts([TestSpan(1, at: 5)], resource: [("service.name", .string("front"))])
    let child = try facts([TestSpan(2, parent: 1, at: 0)], resource: [("service.name", .string("back"))])
    let found = TraceSummary(resolving: child + root)
    #expect(found?.project.value.text == "front")
    #expect(found?.services == ["back", "front"])
  }
}
