import Conversations
import JSON
import Telemetry
import Testing

/// Traces folded into the row of their session, and into its turns.
@Suite struct SessionTests {
  private func trace(_ number: UInt64, _ spans: [TestSpan]) throws -> (TraceID, TraceSummary) {
    (.of(number), try #require(try summary(spans)))
  }

  private func ask(_ at: UInt64, _ messages: [(role: String, text: String)], answer: String? = nil, tool: Bool = false)
    -> TestSpan
  {
    TestSpan(at + 1, at: at, call(messages, answer: answer, callsTool: tool))
  }

  @Test func aToolRoundTripOverThreeTracesIsOneTurn() throws {
    let traces = try [
      trace(1, [ask(0, [("user", "Weather?")], answer: "Let me look.", tool: true)]),
      trace(2, [ask(20, [("user", "Weather?"), ("tool", "?")], tool: true)]),
      // Between them a trace without a turn.
      trace(9, [TestSpan(1, at: 25, [("openinference.span.kind", .string("TOOL"))])]),
      trace(3, [ask(30, [("user", "Weather?"), ("tool", "?"), ("tool", "18C")], answer: "18C.")]),
      trace(4, [ask(40, [("user", "Weather?"), ("tool", "?"), ("tool", "18C")], answer: "Still 18C.")]),
    ]
    let session = try #require(SessionSummary.fold(traces.reversed()))
    #expect(session.traceCount == 5)
    #expect(session.turnCount == 2)
    #expect(session.firstReply?.text == "18C.")
    #expect(session.lastReply?.text == "Still 18C.")
    #expect(session.firstMessage?.text == "Weather?")
    let turn = TurnChain.chains(of: traces.map(\.1)).first?.sketch(in: traces.map(\.1))
    #expect(turn?.startTime == UnixNanoseconds(0))
    #expect(turn?.endTime == UnixNanoseconds(40_000_000))
    #expect(turn?.status == .ok)
  }

  @Test func onlyAnOpenQuestionIsContinued() throws {
    func turns(_ first: TestSpan, _ second: TestSpan) throws -> Int64? {
      SessionSummary.fold([try trace(1, [first]), try trace(2, [second])])?.turnCount
    }
    let opening = ask(0, [("user", "Weather?")], tool: true)
    let closing = ask(20, [("user", "Weather?"), ("tool", "18C")], answer: "18C")
    #expect(try turns(opening, closing) == 1)
    #expect(try turns(opening.failed(), closing) == 2)
    #expect(try turns(ask(0, [("user", "Weather?")], answer: "Cold."), closing) == 2)
    // Another question, one more question, no tool message at the end, no text.
    #expect(try turns(opening, ask(20, [("user", "News?"), ("tool", "x")], answer: "y")) == 2)
    #expect(try turns(opening, ask(20, [("user", "a"), ("user", "Weather?"), ("tool", "x")], answer: "y")) == 2)
    #expect(try turns(opening, ask(20, [("user", "Weather?")], answer: "y")) == 2)
    #expect(try turns(ask(0, [("user", " ")], tool: true), ask(20, [("user", " "), ("tool", "x")], answer: "y")) == 2)
  }

  @Test func theLastTraceDecidesTheStatus() throws {
    let fine = ask(0, [("user", "a")], answer: "b")
    let failed = ask(20, [("user", "a"), ("user", "c")]).failed()
    let orphan = TestSpan(50, parent: 51, at: 60, call([("user", "d")], answer: "e"))
    #expect(SessionSummary.fold([try trace(1, [fine]), try trace(2, [failed])])?.status == .error)
    #expect(SessionSummary.fold([try trace(1, [failed]), try trace(2, [orphan])])?.status == .pending)
    let later = ask(90, [("user", "f")], answer: "g")
    #expect(
      SessionSummary.fold([try trace(1, [failed]), try trace(2, [orphan]), try trace(3, [later])])?.status == .ok)
  }

  @Test func usersOfASession() throws {
    func by(_ user: String?, _ at: UInt64) throws -> (TraceID, TraceSummary) {
      try trace(at + 1, [TestSpan(1, at: at, user.map { [("user.id", .string($0))] } ?? [])])
    }
    let session = SessionSummary.fold(try [by("b", 0), by("a", 10), by(nil, 20), by("b", 5)])
    #expect(session?.userID?.text == "a")
    #expect(session?.userIDs.map(\.text) == ["a", "b"])
  }

  @Test func aResponseCountsOnceInASession() throws {
    let id: (String, JSONValue) = ("gen_ai.response.id", .string("r1"))
    let used: [(String, JSONValue)] = [("gen_ai.usage.input_tokens", .int(10)), id]
    let plain = TestSpan(1, at: 0, trace: 1, used + [("gen_ai.operation.name", .string("chat"))])
    let spoken = TestSpan(1, at: 5, trace: 2, used + call([("user", "Hi")], answer: "Ho"))
    let traces = Traces([
      try request([plain, spoken].map { span in span.with { $0.attributes.append(("session.id", .string("s"))) } })
    ])
    let calls = traces.summaries.map { ($0.0, $0.1.calls) }
    #expect(SessionSummary.duplicateCalls(in: calls) == [.of(1): [.of(1)]])
    #expect(SessionSummary.duplicateCalls(in: calls.reversed()) == [.of(1): [.of(1)]])
    let session = try #require(traces.session("s"))
    #expect(session.traceCount == 2)
    #expect(session.turnCount == 1)
    #expect(session.tokens?.input == 10)
    #expect(traces.traces(ofSession: "s").map(\.1.turns.count) == [0, 1])
    // Which calls a trace has does not depend on which of them count.
    #expect(traces.traces(ofSession: "s").map(\.1.calls.count) == [1, 1])
  }

  @Test func turnsOfSeveralTracesAreReadWhole() throws {
    let spans = [
      ask(0, [("user", " Weather? ")], tool: true),
      TestSpan(9, at: 20, trace: 2, call([("user", " Weather? "), ("tool", "18C")], answer: "18C.\n")),
      TestSpan(10, at: 40, trace: 3, call([("user", "x")])).failed("it broke"),
    ].map { span in span.with { $0.attributes.append(("session.id", .string("s"))) } }
    let turns = Traces([try request(spans)]).turns(ofSession: "s")
    #expect(turns.map(\.index) == [1, 2])
    #expect(turns.map { $0.human?.content } == ["Weather?", "x"])
    #expect(turns.first?.human?.parts == [.text(" Weather? ")])
    #expect(turns.first?.ai?.content == "18C.")
    #expect(turns.first?.ai?.toolCalls.map(\.name) == ["get_weather"])
    #expect(turns.map(\.status) == [.ok, .error])
    #expect(turns.last?.error == "it broke")
    #expect(turns.last?.ai == nil)
    #expect(turns.map(\.traceID) == [.of(1), .of(3)])
  }

  @Test func aTurnThatOnlyCalledToolsShowsThem() throws {
    let span = ask(0, [("user", "Weather?")], tool: true)
      .with { $0.attributes.append(("session.id", .string("s"))) }
    let turns = Traces([try request([span])]).turns(ofSession: "s")
    #expect(turns.map(\.status.name) == ["tool_calls"])
    #expect(turns.first?.ai?.content == "")
    #expect(turns.first?.ai?.toolCalls.count == 1)
  }
}
