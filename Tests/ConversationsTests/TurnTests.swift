import Conversations
import JSON
import Telemetry
import Testing

/// Where a trace's turns begin, what they say, and how they end.
@Suite struct TurnTests {
  private static let chain: [(String, JSONValue)] = [("openinference.span.kind", .string("CHAIN"))]

  private func root(_ attributes: [(String, JSONValue)] = [], status: Int64 = 0) -> TestSpan {
    TestSpan(1, at: 0, for: 1_000, Self.chain + attributes).with { $0.status = status }
  }

  @Test func aRootWithTextIsOneTurn() throws {
    let trace = try summary([
      root([("input.value", .string("What now?")), ("output.value", .string(#"{"answer": "This."}"#))]),
      TestSpan(2, parent: 1, at: 10, call([("user", "Context: … Question: What now?")], answer: "draft")),
      TestSpan(3, parent: 1, at: 20, call([("user", "a"), ("assistant", "b"), ("user", "Judge it")], answer: "good")),
    ])
    #expect(trace?.turns.count == 1)
    #expect(trace?.turns.first?.human?.text == "What now?")
    #expect(trace?.turns.first?.ai?.text == "This.")
    #expect(trace?.turns.first?.spanID == .of(1))
    #expect(trace?.turns.first?.callSpanIDs == [.of(2), .of(3)])
    #expect(trace?.opens == nil)
  }

  @Test func halfATextComesFromTheCalls() throws {
    let trace = try summary([
      root([("output.value", .string("done"))]),
      TestSpan(2, parent: 1, at: 10, call([("user", "Hi")], answer: "no")),
    ])
    #expect(trace?.turns.map { $0.human?.text } == ["Hi"])
    #expect(trace?.turns.map { $0.ai?.text } == ["done"])
    #expect(trace?.turns.first?.humanSpanID == .of(2))
  }

  @Test func aBareRootIsParted() throws {
    let trace = try summary([
      root(),
      TestSpan(2, parent: 1, at: 10, call([("system", "s"), ("user", "One?")], callsTool: true)),
      TestSpan(3, parent: 1, at: 20, call([("system", "s"), ("user", "One?"), ("tool", "1")], answer: "One.")),
      // Told to a sub-agent: no growth, no new turn.
      TestSpan(4, parent: 1, at: 30, call([("user", "Check it")], answer: "fine")),
      TestSpan(
        5, parent: 1, at: 40, call([("user", "One?"), ("assistant", "One."), ("user", "Two?")], answer: "Two.")),
      TestSpan(6, parent: 1, at: 50, call([("user", "Check it")], answer: "fine too")),
      // Asked before at the same place.
      TestSpan(
        7, parent: 1, at: 60, call([("user", "One?"), ("assistant", "One."), ("user", "Two?")], answer: "Two!")),
      TestSpan(
        8, parent: 1, at: 70,
        call([("user", "One?"), ("user", "Two?"), ("assistant", "Two!"), ("user", "One?")], answer: "Again.")),
    ])
    #expect(trace?.turns.map { $0.human?.text } == ["One?", "Two?", "One?"])
    #expect(trace?.turns.map { $0.ai?.text } == ["fine", "Two!", "Again."])
    #expect(trace?.turns.map(\.spanID) == [.of(2), .of(5), .of(8)])
    #expect(trace?.turns.map(\.callSpanIDs) == [[.of(2), .of(3), .of(4)], [.of(5), .of(6), .of(7)], [.of(8)]])
  }

  @Test func aTrimmedHistoryIsPartedToo() throws {
    let trace = try summary([
      root(),
      TestSpan(2, parent: 1, at: 10, call([("user", "One?"), ("assistant", "1"), ("user", "Two?")], answer: "2")),
      TestSpan(3, parent: 1, at: 20, call([("user", "Two?"), ("assistant", "2"), ("user", "Three?")], answer: "3")),
      TestSpan(4, parent: 1, at: 30, call([("user", "Three?"), ("assistant", "3"), ("user", "Four?")], answer: "4")),
    ])
    #expect(trace?.turns.map { $0.human?.text } == ["Two?", "Three?", "Four?"])
    #expect(trace?.turns.map { $0.ai?.text } == ["2", "3", "4"])
  }

  @Test func contentMayBeOff() throws {
    let bare: [(String, JSONValue)] = [("gen_ai.operation.name", .string("chat"))]
    let trace = try summary([TestSpan(1, at: 0, bare), TestSpan(2, parent: 1, at: 5, bare)])
    #expect(trace?.turns.count == 1)
    #expect(trace?.turns.first?.status == .ok)
    #expect(trace?.turns.first?.human == nil)
    #expect(trace?.opens == nil)
  }

  @Test(arguments: ["EMBEDDING", "RETRIEVER", "TOOL", "RERANKER"])
  func quietTracesAreNoTurn(_ kind: String) throws {
    let trace = try summary([
      TestSpan(1, at: 0, [("openinference.span.kind", .string(kind)), ("input.value", .string("x"))])
    ])
    #expect(trace?.turns == [])
    #expect(trace?.status == .ok)
  }

  @Test func aFailedTurnHasNoAnswer() throws {
    let answered = call([("user", "Hi")], answer: "half of it")
    let trace = try summary([TestSpan(1, at: 0, answered).failed()])
    #expect(trace?.turns.map(\.status) == [.error])
    #expect(trace?.turns.first?.ai == nil)
    #expect(trace?.status == .error)
    #expect(trace?.errorCount == 1)
    #expect(trace?.opens == nil)
    // A call that failed and was tried again did not fail the turn.
    let retried = try summary([
      TestSpan(1, at: 0, Self.chain), TestSpan(2, parent: 1, at: 1, answered).failed(),
      TestSpan(3, parent: 1, at: 20, call([("user", "Hi")], answer: "all of it")),
    ])
    #expect(retried?.turns.map { $0.ai?.text } == ["all of it"])
    #expect(retried?.status == .ok)
  }

  @Test func toolCallsAreNoAnswer() throws {
    let trace = try summary([TestSpan(1, at: 0, call([("user", "Weather?")], callsTool: true))])
    #expect(trace?.turns.map(\.status) == [.toolCalls])
    #expect(trace?.turns.first?.ai == nil)
    #expect(trace?.opens?.userMessages == 1)
    #expect(trace?.continues == nil)
    let next = try summary([TestSpan(1, at: 0, call([("user", " Weather? "), ("tool", "18C")], answer: "18C"))])
    #expect(next?.continues == trace?.opens)
    #expect(next?.opens == nil)
  }

  @Test func wordsThatComeWithACallForToolsAreNoAnswerYet() throws {
    let trace = try summary([TestSpan(1, at: 0, call([("user", "Weather?")], answer: "Let me look.", callsTool: true))])
    #expect(trace?.turns.map(\.status) == [.ok])
    #expect(trace?.turns.first?.ai?.text == "Let me look.")
    #expect(trace?.opens != nil)
  }

  @Test func anUnfinishedTurnIsPending() throws {
    let trace = try summary([TestSpan(2, parent: 1, at: 0, [("gen_ai.operation.name", .string("chat"))])])
    #expect(trace?.status == .pending)
    #expect(trace?.turns.map(\.status) == [.pending])
    #expect(trace?.warnings == [.orphanRoot])
    let remote = TestSpan(2, parent: 1, at: 0).with { $0.flags = 0x300 }
    #expect(try summary([remote])?.status == .ok)
    #expect(try summary([remote])?.warnings == [])
  }

  @Test func rawJSONIsTheLastResort() throws {
    let raw = #"{"k":2}"#
    let rawRoot = root([("input.value", .string(raw)), ("output.value", .string(#"["a"]"#))])
    #expect(try summary([rawRoot])?.turns.map { $0.human?.text } == [raw])
    #expect(try summary([rawRoot])?.turns.map { $0.ai?.text } == [#"["a"]"#])
    let spoken = try summary([rawRoot, TestSpan(2, parent: 1, at: 1, call([("user", "Hi")], answer: "Ho"))])
    #expect(spoken?.turns.map { $0.human?.text } == ["Hi"])
    #expect(spoken?.turns.map { $0.ai?.text } == ["Ho"])
  }

  @Test func pendingSpansStandForTheOnesTheyAnnounce() throws {
    let announced = TestSpan(
      9, parent: 1, at: 0, for: 0,
      [("logfire.span_type", .string("pending_span")), ("logfire.pending_parent_id", .string("0000000000000000"))])
    let child = TestSpan(2, parent: 1, at: 5, call([("user", "Hi")], answer: "Ho"))
    let before = try summary([announced, child])
    #expect(before?.spanCount == 2)
    #expect(before?.rootSpanID == .of(9))
    #expect(before?.status == .pending)
    #expect(before?.turns.count == 1)
    let real = TestSpan(1, at: 0, for: 100)
    let after = try summary([announced, child, real])
    #expect(after?.spanCount == 2)
    #expect(after?.rootSpanID == .of(1))
    #expect(after?.status == .ok)
    #expect(after == (try summary([real, child])))
  }

  @Test func aRingOfParentsHasARoot() throws {
    let trace = try summary([
      TestSpan(1, parent: 2, at: 5), TestSpan(2, parent: 1, at: 3), TestSpan(3, parent: 3, at: 9),
    ])
    #expect(trace?.rootSpanID == .of(2))
    #expect(trace?.spanCount == 3)
    #expect(trace?.status == .ok)
  }

  @Test func aCallAboveACallIsTheSameCall() throws {
    let outer = call([("user", "Hi")], answer: "Ho")
    let trace = try summary([
      TestSpan(1, at: 0, for: 100, Self.chain), TestSpan(2, parent: 1, at: 1, for: 50, outer),
      TestSpan(3, parent: 2, at: 2, for: 40, [("gen_ai.operation.name", .string("chat"))]),
    ])
    #expect(trace?.turns.map { $0.human?.text } == ["Hi"])
    #expect(trace?.turns.map { $0.ai?.text } == ["Ho"])
    #expect(trace?.turns.map(\.callSpanIDs) == [[.of(3)]])
  }
}
