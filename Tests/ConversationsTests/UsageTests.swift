import Conversations
import JSON
import Telemetry
import Testing

/// Tokens and costs: each call once.
@Suite struct UsageTests {
  private func used(_ input: Int64, _ output: Int64, kind: String = "LLM") -> [(String, JSONValue)] {
    [
      ("openinference.span.kind", .string(kind)), ("llm.token_count.prompt", .int(input)),
      ("llm.token_count.completion", .int(output)),
    ]
  }

  @Test func agentsRepeatTheirCalls() throws {
    let trace = try summary([
      TestSpan(1, at: 0, used(30, 3, kind: "AGENT")), TestSpan(2, parent: 1, at: 1, used(10, 1)),
      TestSpan(3, parent: 1, at: 2, used(20, 2)),
      TestSpan(
        4, parent: 1, at: 3, [("openinference.span.kind", .string("EMBEDDING")), ("llm.token_count.total", .int(5))]),
    ])
    #expect(trace?.tokens == TokenCounts(input: 30, output: 3, total: 38))
  }

  @Test func theCallBelowCountsUnlessAnAgentOrToolIsBetween() throws {
    let nested = [TestSpan(1, at: 0, used(10, 1)), TestSpan(2, parent: 1, at: 1, used(7, 1))]
    #expect(try summary(nested)?.tokens?.input == 7)
    let deeper = [nested[0], TestSpan(3, parent: 1, at: 1), TestSpan(2, parent: 3, at: 2, used(7, 1))]
    #expect(try summary(deeper)?.tokens?.input == 7)
    for kind in ["AGENT", "TOOL"] {
      let apart = [
        nested[0], TestSpan(3, parent: 1, at: 1, [("openinference.span.kind", .string(kind))]),
        TestSpan(2, parent: 3, at: 2, used(7, 1)),
      ]
      #expect(try summary(apart)?.tokens?.input == 17)
    }
    let silent = [nested[0], TestSpan(2, parent: 1, at: 1, [("openinference.span.kind", .string("LLM"))])]
    #expect(try summary(silent)?.tokens?.input == 10)
  }

  @Test func usageOnOtherSpansOnlyCountsTheLowest() throws {
    let trace = try summary([
      TestSpan(1, at: 0, used(30, 3, kind: "AGENT")), TestSpan(2, parent: 1, at: 1, used(10, 1, kind: "CHAIN")),
      TestSpan(3, parent: 1, at: 2), TestSpan(4, parent: 3, at: 3, used(5, 1, kind: "AGENT")),
    ])
    #expect(trace?.tokens?.input == 15)
  }

  @Test func equalResponsesAreOneCall() throws {
    let id: (String, JSONValue) = ("gen_ai.response.id", .string("chatcmpl-1"))
    let trace = try summary([
      TestSpan(1, at: 0, used(10, 1) + [id]),
      TestSpan(2, at: 5, used(11, 1) + [id] + call([("user", "Hi")], answer: "Ho")),
      TestSpan(3, at: 6, used(12, 1) + [("ai.response.id", .string("other"))]),
    ])
    #expect(trace?.tokens?.input == 23)
    #expect(trace?.calls.map(\.spanID) == [.of(2), .of(3)])
  }

  @Test func aCompletionObjectNamesItsResponse() throws {
    func calls(_ output: String) throws -> Int? {
      try summary([TestSpan(1, at: 0, used(1, 1) + [("output.value", .string(output))])])?.calls.count
    }
    #expect(try calls(#"{"id": "chatcmpl-1", "choices": []}"#) == 1)
    #expect(try calls(#"{"type": "message", "id": "msg_1", "content": []}"#) == 1)
    #expect(try calls(#"{"id": "order-1", "total": 3}"#) == 0)
    #expect(try calls(#"{"id": "chatcmpl-1", "choices": ["#) == 0)
    #expect(try calls(#"{"id": 1, "choices": []}"#) == 0)
    #expect(try calls("hello") == 0)
  }

  @Test func usageObjects() throws {
    let openAI = #"""
      {"completion_tokens": 16, "prompt_tokens": 7, "total_tokens": 23, "prompt_tokens_details": {"cached_tokens": 2},
       "completion_tokens_details": {"reasoning_tokens": 4}}
      """#
    let langfuse: [(String, JSONValue)] = [
      ("langfuse.observation.type", .string("generation")), ("langfuse.observation.usage_details", .string(openAI)),
      ("langfuse.observation.cost_details", .string(#"{"input": 0.001, "output": 0.002}"#)),
    ]
    let trace = try summary([TestSpan(1, at: 0, langfuse)])
    #expect(trace?.tokens == TokenCounts(input: 7, output: 16, total: 23, cachedInput: 2, reasoning: 4))
    #expect(trace?.cost == PicoDollars(3_000_000_000))
    // A key beats the object.
    let both = try summary([TestSpan(1, at: 0, langfuse + [("gen_ai.usage.input_tokens", .int(9))])])
    #expect(both?.tokens == TokenCounts(input: 9, total: 9))
  }

  @Test func countsAreClampedAndNeverNegative() throws {
    let huge = try summary([TestSpan(1, at: 0, used(.max, .max)), TestSpan(2, at: 1, used(.max, 1))])
    #expect(huge?.tokens == TokenCounts(input: .max, output: .max, total: .max))
    #expect(try summary([TestSpan(1, at: 0, used(-1, -5))])?.tokens == nil)
    let text: [(String, JSONValue)] = [
      ("openinference.span.kind", .string("LLM")), ("llm.token_count.prompt", .string("12")),
    ]
    #expect(try summary([TestSpan(1, at: 0, text)])?.tokens?.input == 12)
  }

  @Test(
    arguments: [
      (JSONValue.double(0.5), PicoDollars(500_000_000_000)), (.int(2), PicoDollars(2_000_000_000_000)),
      (.double(-1), nil), (.double(.nan), nil), (.double(.infinity), nil),
      (.string("0.25"), PicoDollars(250_000_000_000)),
      (.double(1e300), PicoDollars(.max)), (.double(0), PicoDollars(0)),
    ] as [(JSONValue, PicoDollars?)])
  func reportedCosts(_ sent: JSONValue, _ want: PicoDollars?) throws {
    #expect(try summary([TestSpan(1, at: 0, used(1, 1) + [("operation.cost", sent)])])?.cost == want)
  }

  @Test func zeroOfOpenLITIsUnknown() throws {
    let zero: [(String, JSONValue)] = [("gen_ai.usage.cost", .double(0))]
    #expect(try summary([TestSpan(1, at: 0, used(1, 1) + zero)])?.cost == nil)
    let priced = try summary([TestSpan(1, at: 0, used(1_000_000, 0) + zero + [("llm.model_name", .string("gpt-4o"))])])
    #expect(priced?.cost == PicoDollars(2_500_000_000_000))
  }

  @Test func partsOfACostAddUp() throws {
    let parts: [(String, JSONValue)] = [("gen_ai.cost.input", .double(0.25)), ("gen_ai.cost.output", .double(0.5))]
    #expect(try summary([TestSpan(1, at: 0, used(1, 1) + parts)])?.cost == PicoDollars(750_000_000_000))
    let total = parts + [("gen_ai.cost.total", .double(1))]
    #expect(try summary([TestSpan(1, at: 0, used(1, 1) + total)])?.cost == PicoDollars(1_000_000_000_000))
  }

  /// LiteLLM's total stands among its parts, under a name of its own, with what is no amount at all.
  @Test func theTotalOfLiteLLMIsTheCost() throws {
    let parts: [(String, JSONValue)] = [
      ("gen_ai.cost.input_cost", .double(0.25)), ("gen_ai.cost.total_cost", .double(0.75)),
      ("gen_ai.cost.output_cost", .double(0.5)), ("gen_ai.cost.original_cost", .double(0.75)),
      ("gen_ai.cost.discount_percent", .double(5)),
    ]
    #expect(try summary([TestSpan(1, at: 0, used(1, 1) + parts)])?.cost == PicoDollars(750_000_000_000))
  }

  @Test func usageWithoutAModelIsReported() throws {
    #expect(try summary([TestSpan(1, at: 0, used(1, 1))])?.warnings == [.usageWithoutModel])
  }

  @Test func modelsOfCalls() throws {
    let trace = try summary([
      TestSpan(1, at: 0, used(1, 1, kind: "AGENT") + [("llm.model_name", .string("agent-model"))]),
      TestSpan(
        2, parent: 1, at: 1,
        used(1, 1) + [("gen_ai.request.model", .string("b")), ("gen_ai.response.model", .string("b-1"))]),
      TestSpan(3, parent: 1, at: 2, used(1, 1) + [("llm.invocation_parameters", .string(#"{"model": "a"}"#))]),
      TestSpan(4, parent: 1, at: 3, used(1, 1, kind: "EMBEDDING") + [("embedding.model_name", .string("e"))]),
    ])
    #expect(trace?.models == ["a", "b-1", "e"])
    #expect(trace?.model == "a")
  }
}
