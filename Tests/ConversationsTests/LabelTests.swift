import Conversations
import JSON
import Telemetry
import Testing

/// Kinds, tags, metadata, previews.
@Suite struct LabelTests {
  @Test(arguments: [
    ("gen_ai.span.kind", "LLM", ObservationKind.llm), ("openinference.span.kind", "retriever", .retriever),
    ("fi.span.kind", "GUARDRAIL", .guardrail), ("gen_ai.operation.name", "generate_content", .llm),
    ("gen_ai.operation.name", "text_completion", .llm), ("gen_ai.operation.name", "embeddings", .embedding),
    ("gen_ai.operation.name", "execute_tool", .tool), ("gen_ai.operation.name", "create_agent", .agent),
    ("gen_ai.operation.name", "agent_step", .agent), ("gen_ai.operation.name", "invoke_workflow", .chain),
    ("langfuse.observation.type", "generation", .llm), ("langfuse.observation.type", "span", .other),
    ("traceloop.span.kind", "workflow", .chain), ("mlflow.spanType", "\"CHAT_MODEL\"", .llm),
    ("lmnr.span.type", "EVALUATOR", .evaluator), ("langsmith.span.kind", "llm", .llm),
    ("agentops.span.kind", "agent", .agent),
    ("gen_ai.operation.name", "acompletion", .llm), ("llm.request.type", "aembedding", .embedding),
    ("ai.operationId", "ai.generateText.doGenerate", .llm), ("ai.operationId", "ai.embedMany", .embedding),
    ("ai.operationId", "ai.toolCall", .tool), ("llm.request.type", "rerank", .reranker), ("span.kind", "LLM", .other),
  ])
  func kinds(_ key: String, _ value: String, _ want: ObservationKind) throws {
    #expect(try facts([TestSpan(1, at: 0, [(key, .string(value))])]).map(\.kind) == [want])
  }

  @Test func aModelWithTokensIsACall() throws {
    let model: (String, JSONValue) = ("gen_ai.request.model", .string("m"))
    let tokens: (String, JSONValue) = ("gen_ai.usage.input_tokens", .int(1))
    #expect(try facts([TestSpan(1, at: 0, [model, tokens])]).map(\.kind) == [.llm])
    #expect(try facts([TestSpan(1, at: 0, [model])]).map(\.kind) == [.other])
    let agent: (String, JSONValue) = ("gen_ai.operation.name", .string("invoke_agent"))
    #expect(try facts([TestSpan(1, at: 0, [model, tokens, agent])]).map(\.kind) == [.agent])
    // A word that says nothing leaves it to the next key.
    let unknown: (String, JSONValue) = ("openinference.span.kind", .string("UNKNOWN"))
    #expect(try facts([TestSpan(1, at: 0, [unknown, agent])]).map(\.kind) == [.agent])
  }

  @Test(arguments: [
    (JSONValue.array([.string("b"), .string(" a "), .string("b")]), ["a", "b"]),
    (.string(#"["x", "y", 3]"#), ["3", "x", "y"]), (.string("one, two,,one"), ["one", "two"]), (.string(""), []),
    (.string("[not json"), ["[not json"]), (.int(3), []),
  ])
  func tags(_ sent: JSONValue, _ want: [String]) throws {
    #expect(try summary([TestSpan(1, at: 0, [("tag.tags", sent)])])?.tags == want)
  }

  @Test func metadataIsMergedRootFirst() throws {
    let trace = try summary([
      TestSpan(2, parent: 1, at: 1, [("metadata", .string(#"{"a": 2, "b": {"c": [1, null]}}"#))]),
      TestSpan(1, at: 5, [("metadata", .string(#"{"turn_number": 1, "a": 1.50, "e": "é\u0000"}"#))]),
      TestSpan(3, parent: 1, at: 2, [("metadata", .string("[1]")), ("langsmith.metadata.b", .string("late"))]),
    ])
    #expect(trace?.metadata == #"{"turn_number":1,"a":1.5,"e":"é\u0000","b":{"c":[1,null]}}"#)
  }

  @Test func metadataFamilies() throws {
    let trace = try summary([
      TestSpan(
        1, at: 0,
        [
          ("traceloop.association.properties.session_id", .string("s")),
          ("traceloop.association.properties.turn", .int(1)), ("langfuse.trace.metadata.stage", .string("\"opening\"")),
          ("langfuse.observation.metadata.n", .string("3")), ("ai.telemetry.metadata.plain", .string("3")),
          ("ai.telemetry.metadata.userId", .string("u")), ("ai.settings.context.flag", .bool(true)),
          ("mlflow.traceTag.t", .string("v")), ("lmnr.association.properties.metadata.x", .double(1.5)),
          ("langsmith.metadata.list", .array([.int(1), .string("a")])),
        ])
    ])
    #expect(
      trace?.metadata
        == #"{"turn":1,"stage":"opening","n":3,"plain":"3","flag":true,"t":"v","x":1.5,"list":[1,"a"]}"#)
    #expect(try summary([TestSpan(1, at: 0, [("metadata", .string("{}"))])])?.metadata == nil)
  }

  @Test func structuredMetadata() throws {
    let sent = JSONValue.object([("session_id", .string("s")), ("a", .array([.int(1)]))])
    let trace = try summary([TestSpan(1, at: 0, [("metadata", sent)])])
    #expect(trace?.metadata == #"{"session_id":"s","a":[1]}"#)
    #expect(trace?.session?.value.text == "s")
    #expect(trace?.session?.key == #"metadata["session_id"]"#)
  }

  @Test func previewsHoldThousandScalars() {
    let exact = String(repeating: "é", count: 1_000)
    #expect(TextPreview(of: exact)?.text == exact)
    let longer = TextPreview(of: "  " + exact + "x ")
    #expect(longer?.text.unicodeScalars.count == 1_000)
    #expect(longer?.text == String(exact.prefix(999)) + "…")
    #expect(longer?.fingerprint == TextPreview(of: exact + "x")?.fingerprint)
    #expect(longer?.fingerprint != TextPreview(of: exact + "y")?.fingerprint)
    #expect(TextPreview(of: " \u{2003}\n") == nil)
    // Two spellings of one word are two texts.
    #expect(TextPreview(of: "\u{E9}")?.fingerprint != TextPreview(of: "e\u{301}")?.fingerprint)
  }

  @Test func theTableIsWrittenWhole() {
    let conventions = Conventions()
    let markdown = conventions.markdown
    for row in conventions.rows { #expect(markdown.contains("`\(row.key)`")) }
    #expect(conventions.rows.allSatisfy { !$0.producer.isEmpty && !$0.source.isEmpty })
  }
}
