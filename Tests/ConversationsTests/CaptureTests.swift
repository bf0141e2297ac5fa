import Conversations
import JSON
import Telemetry
import Testing

/// Every case of expected.json, and the seed conversation.
@Suite struct CaptureTests {
  static let folders: [String] = {
    guard let expected = try? Captures.json("expected.json") else { return [] }
    return (expected.object ?? []).map(\.key)
  }()

  @Test func thereAreCases() { #expect(CaptureTests.folders.count >= 10) }

  @Test(arguments: folders) func expectedSessions(_ folder: String) throws {
    let expected = try Captures.json("expected.json")[folder]
    let traces = Traces(try Captures.requests(folder))
    for (name, want) in expected?["sessions"]?.object ?? [] {
      let session = try #require(traces.session(name), "\(folder) \(name)")
      #expect(session.userID?.text == want["user"]?.string)
      let ofSession = traces.traces(ofSession: name)
      if let project = want["project"]?.string {
        #expect(ofSession.allSatisfy { $0.1.project.value.text == project })
      }
      guard let turns = want["turns"]?.int64 else { continue }
      #expect(session.turnCount == turns)
      let sketches = ofSession.flatMap(\.1.turns)
      #expect(sketches.map { $0.human?.text } == want["humans"]?.array?.map(\.string))
      #expect(sketches.map { $0.ai?.text } == want["ais"]?.array?.map(\.string))
      #expect(sketches.flatMap(\.callSpanIDs).count == want["calls"]?.int64.map { Int($0) })
      #expect(session.tokens?.input == want["input_tokens"]?.int64)
      #expect(session.tokens?.output == want["output_tokens"]?.int64)
      #expect(session.status == .ok)
      #expect(session.cost != nil)
    }
  }

  @Test func seedConversation() throws {
    let traces = Traces([try Captures.futureAGI("seed/s3_metadata-001")])
    let session = try #require(traces.session("session-c91d4e"))
    #expect(session.traceCount == 3)
    #expect(session.turnCount == 3)
    #expect(session.userID?.text == "user-7f3a2b")
    #expect(session.firstMessage?.text == "What is photosynthesis?")
    // Not `input.value`, which holds the first message of the history on every turn.
    #expect(session.lastMessage?.text == "Give me a one-sentence summary of both processes.")
    #expect(session.lastReply?.text.hasPrefix("Photosynthesis builds glucose from sunlight") == true)
    #expect(session.tokens == TokenCounts(input: 233, output: 104, total: 337))
    let turns = traces.turns(ofSession: "session-c91d4e")
    #expect(turns.map(\.index) == [1, 2, 3])
    #expect(
      turns.map { $0.human?.content } == [
        "What is photosynthesis?", "How does it differ from cellular respiration?",
        "Give me a one-sentence summary of both processes.",
      ])
    #expect(turns.map(\.status) == [.ok, .ok, .ok])
    #expect(turns[2].metadata == #"{"turn_number":3,"conversation_stage":"closing","total_turns":3}"#)
    #expect(turns.allSatisfy { $0.ai?.content.isEmpty == false })
  }

  @Test(arguments: ["seed/s2_multi-001", "seed/s4_complete-001", "gen2/g2-s4_complete-001"])
  func otherSeeds(_ stem: String) throws {
    let traces = Traces([try Captures.futureAGI(stem)])
    let session = try #require(traces.session("session-c91d4e"))
    #expect(session.turnCount == 3)
    #expect(session.firstMessage?.text == "What is photosynthesis?")
    #expect(session.lastMessage?.text == "Give me a one-sentence summary of both processes.")
  }

  @Test func toolRoundTripIsOneTurn() throws {
    let traces = Traces([try Captures.futureAGI("edge/e-tools-001")])
    let session = try #require(traces.session("session-c91d4e"))
    // The third trace asks what the second had answered: a turn of its own.
    #expect(session.traceCount == 3)
    #expect(session.turnCount == 2)
    let turns = traces.turns(ofSession: "session-c91d4e")
    #expect(turns.map { $0.human?.content } == ["Weather in Paris and Rome?", "Weather in Paris and Rome?"])
    #expect(turns.map { $0.ai?.content } == ["Echo: 18C", "Echo: 18C"])
    #expect(turns[0].ai?.toolCalls.map(\.name) == ["get_weather", "get_weather"])
    #expect(turns[0].tokens == TokenCounts(input: 151, output: 10, total: 161))
  }

  @Test func failedTurnsSayWhy() throws {
    let traces = Traces([try Captures.futureAGI("edge/e-errors-001")])
    let turns = traces.turns(ofSession: "session-c91d4e")
    #expect(turns[0].status == .error)
    #expect(turns[0].human?.content == "fail please")
    #expect(turns[0].ai == nil)
    #expect(turns[0].error == "NotFoundError: Error code: 404 - The model `bad-model` does not exist")
    #expect(turns[0].model == "bad-model")
  }

  @Test func rootsUnwrapTheirOwnText() throws {
    let traces = Traces([try Captures.futureAGI("edge/e-spans-tree-001")])
    let turns = traces.turns(ofSession: "session-c91d4e")
    #expect(turns.count == 2)
    #expect(turns[0].human?.content == "What is photosynthesis?")
    #expect(turns[0].ai?.content.hasPrefix("Photosynthesis is the process") == true)
    #expect(turns[1].human?.content == "hi")
    #expect(turns[1].ai?.content == "bye")
  }

  @Test func integersAreIdentifiers() throws {
    let traces = Traces([try Captures.futureAGI("edge/e-int-ids-001")])
    #expect(traces.session("67890")?.userID?.text == "12345")
  }

  @Test func droppedAttributesAreReported() throws {
    let traces = Traces([try Captures.futureAGI("edge/e-long-history-001")])
    let warnings = traces.summaries.flatMap(\.1.warnings)
    #expect(warnings.contains { if case .attributesDropped(let count) = $0 { count > 0 } else { false } })
  }
}
