import Conversations
import Telemetry
import Testing

@Suite struct TranscriptTests {
  /// `u:`, `a:`, `s:`, `t:` and a text.
  private func messages(_ lines: [String]) -> [Message] {
    lines.map { line in
      let roles: [Character: MessageRole] = ["u": .user, "a": .assistant, "s": .system, "t": .tool]
      return Message(role: line.first.flatMap { roles[$0] } ?? .user, text: String(line.dropFirst(2)))
    }
  }

  /// Each call as (trace, input, output), in time order.
  private func lines(_ calls: [(UInt64, [String], [String])]) -> [String] {
    let all = calls.enumerated().compactMap { index, call -> TranscriptCall? in
      guard let trace = TraceID(high: 0, low: call.0), let span = SpanID(value: UInt64(index + 1)) else { return nil }
      return TranscriptCall(
        traceID: trace, spanID: span, startTime: UnixNanoseconds(UInt64(index)),
        messages: SpanMessages(input: messages(call.1), output: messages(call.2)))
    }
    return transcript(of: all).map { "\($0.spanID.value) \($0.message.role.name.first ?? "?"):\($0.message.text)" }
  }

  @Test func appends() {
    let calls: [(UInt64, [String], [String])] = [
      (1, ["s:S", "u:1"], ["a:A"]), (2, ["s:S", "u:1", "a:A", "u:2"], ["a:B"]),
      (3, ["s:S", "u:1", "a:A", "u:2", "a:B", "u:1"], ["a:A"]),
    ]
    #expect(lines(calls) == ["1 s:S", "1 u:1", "1 a:A", "2 u:2", "2 a:B", "3 u:1", "3 a:A"])
  }

  @Test func statelessClientAsksTwice() {
    #expect(
      lines([(1, ["s:S", "u:hi"], ["a:ok"]), (2, ["s:S", "u:hi"], ["a:ok"])]) == [
        "1 s:S", "1 u:hi", "1 a:ok", "2 u:hi", "2 a:ok",
      ])
  }

  @Test func oneCallToldByTwoSpansOfATrace() {
    #expect(lines([(1, ["u:hi"], ["a:ok"]), (1, ["u:hi"], ["a:ok"])]) == ["1 u:hi", "1 a:ok"])
  }

  @Test func aFailedCallIsRetried() {
    #expect(lines([(1, ["u:hi"], []), (2, ["u:hi"], ["a:ok"])]) == ["1 u:hi", "2 a:ok"])
  }

  @Test func examplesInAPromptAreSaidOnce() {
    let shots = ["s:S", "u:x", "a:y"]
    #expect(
      lines([(1, shots + ["u:1"], ["a:A"]), (2, shots + ["u:2"], ["a:B"])])
        == ["1 s:S", "1 u:x", "1 a:y", "1 u:1", "1 a:A", "2 u:2", "2 a:B"])
  }

  @Test func condensedHistory() {
    #expect(
      lines([
        (1, ["u:1"], ["a:A"]), (2, ["u:1", "a:A", "u:2"], ["a:B"]), (3, ["u:summary", "a:B", "u:3"], ["a:C"]),
        (4, ["u:summary", "a:B", "u:3", "a:C", "u:4"], ["a:D"]),
      ]) == ["1 u:1", "1 a:A", "2 u:2", "2 a:B", "3 u:summary", "3 u:3", "3 a:C", "4 u:4", "4 a:D"])
  }

  @Test func answersThatTheClientRewrites() {
    #expect(
      lines([
        (1, ["u:1"], ["a:<b>A</b>"]), (2, ["u:1", "a:A", "u:2"], ["a:<b>B</b>"]),
        (3, ["u:1", "a:A", "u:2", "a:B", "u:3"], []),
      ])
        == ["1 u:1", "1 a:<b>A</b>", "2 a:A", "2 u:2", "2 a:<b>B</b>", "3 a:B", "3 u:3"])
  }

  @Test func anotherAnswer() {
    #expect(
      lines([
        (1, ["u:1"], ["a:A"]), (2, ["u:1", "a:A", "u:2"], ["a:B"]), (3, ["u:1", "a:A", "u:2"], ["a:C"]),
        (4, ["u:1", "a:A", "u:2", "a:C", "u:3"], ["a:D"]),
      ])
        == ["1 u:1", "1 a:A", "2 u:2", "2 a:B", "3 a:C", "4 u:3", "4 a:D"])
  }

  @Test func systemPromptsAppearWhenTheyChange() {
    #expect(
      lines([
        (1, ["s:S", "u:1"], ["a:A"]), (2, ["s:T", "u:1", "a:A", "u:2"], ["a:B"]),
        (3, ["s:S", "u:1", "a:A", "u:2", "a:B", "u:3"], []),
      ])
        == ["1 s:S", "1 u:1", "1 a:A", "2 s:T", "2 u:2", "2 a:B", "3 s:S", "3 u:3"])
  }

  @Test func callsAreTakenInTimeOrder() {
    var world = SimulatedWorld()
    var numbers = SeededNumbers(seed: 1)
    var client = SimulatedClient("A", .appends, window: 0, hasSystem: true)
    for _ in 0..<20 { client.turn(in: &world, using: &numbers) }
    let inOrder = transcript(of: world.calls)
    #expect(transcript(of: world.calls.shuffled(using: &numbers)) == inOrder)
    #expect(inOrder.map(\.index) == Array(1...inOrder.count))
  }

  /// Every message that was said appears exactly as often as it was said, and in that order.
  @Test(arguments: HistoryHabit.allCases) func oneClient(_ habit: HistoryHabit) {
    for seed in 0..<60 as Range<UInt64> {
      var numbers = SeededNumbers(seed: seed)
      var world = SimulatedWorld()
      var client = SimulatedClient(
        "A", habit, window: Int.random(in: 1...6, using: &numbers), hasSystem: numbers.chance(50))
      for _ in 0..<30 { client.turn(in: &world, using: &numbers) }
      expectSaid(world, "\(habit) \(seed)")
    }
  }

  @Test func interleavedClients() {
    for seed in 0..<300 as Range<UInt64> {
      var numbers = SeededNumbers(seed: seed)
      var world = SimulatedWorld()
      var clients = (0..<Int.random(in: 2...3, using: &numbers)).map { index -> SimulatedClient in
        // Few messages, or edited ones, under a prompt that is new: nobody could say whose they are.
        let habit = HistoryHabit.allCases.randomElement(using: &numbers) ?? .appends
        return SimulatedClient(
          "agent \(index)", habit, window: Int.random(in: 1...6, using: &numbers), hasSystem: true,
          changesSystem: habit != .trims && habit != .edits)
      }
      for _ in 0..<40 {
        let next = Int.random(in: 0..<clients.count, using: &numbers)
        clients[next].turn(in: &world, using: &numbers)
      }
      expectSaid(world, "\(clients.map(\.habit)) \(seed)")
    }
  }

  private func expectSaid(_ world: SimulatedWorld, _ name: String) {
    let told = transcript(of: world.calls)
    let lines = told.map { sketch($0.message) }
    guard lines != world.said else { return }
    let place = zip(lines + [""], world.said + [""]).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
    let near = max(0, place - 3)..<place + 3
    Issue.record(
      """
      \(name), message \(place), span \(told.dropFirst(place).first?.spanID.value ?? 0)
      told \(lines[near.clamped(to: lines.indices)])
      said \(world.said[near.clamped(to: world.said.indices)])
      """)
  }
}
