import Conversations
import JSON
import OTLP
import Telemetry
import Testing

/// Rows are a function of the set of spans: no order, no repetition and no other division changes them.
@Suite struct LawTests {
  @Test(arguments: 0..<40 as Range<UInt64>) func summariesDoNotDependOnOrder(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<8 {
      var spans = try facts(Self.spans(&random))
      let want = TraceSummary(resolving: spans)
      for _ in 0..<4 {
        spans.shuffle(using: &random)
        #expect(TraceSummary(resolving: spans) == want)
      }
      let repeated = spans + spans.prefix(Int(random.below(4)))
      #expect(TraceSummary(resolving: repeated.shuffled(using: &random)) == want)
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>) func sessionsDoNotDependOnOrder(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: 1_000 + seed)
    let traces = try (1...8).map { number -> (TraceID, [SpanFacts]) in
      (.of(UInt64(number)), try facts(Self.spans(&random)))
    }
    let calls = traces.map { ($0.0, TraceSummary(resolving: $0.1)?.calls ?? []) }
    let duplicates = SessionSummary.duplicateCalls(in: calls)
    #expect(SessionSummary.duplicateCalls(in: calls.shuffled(using: &random)) == duplicates)
    let summaries = traces.compactMap { traceID, spans in
      TraceSummary(resolving: spans.shuffled(using: &random), duplicateCalls: duplicates[traceID] ?? [])
        .map { (traceID, $0) }
    }
    let want = SessionSummary.fold(summaries)
    for _ in 0..<4 { #expect(SessionSummary.fold(summaries.shuffled(using: &random)) == want) }
    // Leaving calls out changes which count, never which there are.
    #expect(summaries.map(\.1.calls) == calls.map(\.1))
  }

  /// Of a response seen in many spans one counts, whatever the traces.
  @Test(arguments: 0..<40 as Range<UInt64>) func everyResponseCountsOnce(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: 2_000 + seed)
    let spans = (1...12).map { number in
      TestSpan(
        UInt64(number), at: random.below(50), trace: 1 + random.below(4),
        [
          ("gen_ai.operation.name", .string("chat")), ("gen_ai.usage.input_tokens", .int(1)),
          ("gen_ai.response.id", .string("r\(random.below(5))")), ("session.id", .string("s")),
        ] + (random.chance(50) ? call([("user", "Hi")], answer: "Ho") : []))
    }
    let responses = Set(spans.compactMap { $0.attributes.first { $0.0 == "gen_ai.response.id" }?.1.string })
    let session = Traces([try request(spans)]).session("s")
    #expect(session?.tokens?.input == Int64(responses.count))
  }

  @Test func aDeepTraceTakesNoStack() throws {
    let model: [(String, JSONValue)] = [
      ("openinference.span.kind", .string("LLM")), ("llm.token_count.prompt", .int(1)),
    ]
    let chain: [(String, JSONValue)] = [("openinference.span.kind", .string("CHAIN"))]
    let spans = (1...10_000 as ClosedRange<UInt64>).map { number in
      TestSpan(number, parent: number == 1 ? nil : number - 1, at: number, number % 100 == 0 ? model : chain)
    }
    let trace = try summary(spans.reversed())
    #expect(trace?.rootSpanID == .of(1))
    #expect(trace?.spanCount == 10_000)
    // Each is above the next, but for the last.
    #expect(trace?.tokens?.input == 1)
  }

  @Test func capturesInAnyDivision() throws {
    for folder in CaptureTests.folders {
      let traces = Traces(try Captures.requests(folder))
      var random = SeededGenerator(seed: 7)
      for (traceID, spans) in traces.facts {
        #expect(TraceSummary(resolving: spans.shuffled(using: &random)) == traces.summary(traceID))
      }
    }
  }

  /// Random trees with late and missing parents, equal start times, rings, pending spans, and everything that rows show.
  private static func spans(_ random: inout SeededGenerator) -> [TestSpan] {
    let count = 1 + random.below(14)
    return (1...count).map { number in
      var span = TestSpan(number, at: random.below(12), for: random.below(30))
      if random.chance(75) { span.parent = 1 + random.below(count + 2) }
      span.attributes = attributes(&random)
      if random.chance(10) { span = span.failed("m\(random.below(3))") }
      if random.chance(8) { span.flags = 0x300 }
      span.dropped = random.chance(10) ? Int64(random.below(9)) : 0
      span.name = "n\(number)"
      return span
    }
  }

  private static func attributes(_ random: inout SeededGenerator) -> [(String, JSONValue)] {
    let kinds = ["LLM", "LLM", "LLM", "CHAIN", "AGENT", "TOOL", "RETRIEVER", "EMBEDDING", "UNKNOWN"]
    var attributes: [(String, JSONValue)] = []
    if random.chance(30) {
      let history = (0...random.below(3)).flatMap { _ in
        [("user", "q\(random.below(4))"), ("assistant", "a")]
      }
      attributes = call(
        history.dropLast() + (random.chance(30) ? [("tool", "t")] : []),
        answer: random.chance(60) ? "a\(random.below(4))" : nil, callsTool: random.chance(30))
    } else {
      attributes.append(("openinference.span.kind", .string(kinds[Int(random.below(UInt64(kinds.count)))])))
    }
    let optional: [(String, JSONValue)] = [
      ("session.id", .string("s\(random.below(3))")), ("gen_ai.conversation.id", .string("s\(random.below(3))")),
      ("user.id", .string("u\(random.below(3))")),
      ("metadata", .string("{\"k\(random.below(3))\": \(random.below(3))}")),
      ("tag.tags", .string("t\(random.below(3)),t\(random.below(3))")), ("input.value", .string("i\(random.below(3))")),
      ("output.value", .string("{\"raw\": \(random.below(3))}")),
      ("llm.token_count.prompt", .int(Int64(random.below(9)))),
      ("operation.cost", .double(0.25)), ("gen_ai.response.id", .string("r\(random.below(4))")),
      ("llm.model_name", .string("gpt-4o")), ("logfire.span_type", .string("pending_span")),
      ("logfire.pending_parent_id", .string("000000000000000\(random.below(9))")),
    ]
    for (index, attribute) in optional.enumerated() where random.chance(index > 10 ? 8 : 30) {
      attributes.append(attribute)
    }
    return attributes
  }
}
