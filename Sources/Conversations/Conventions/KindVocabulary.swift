/// The words by which producers say what a span is, in any case of letters. No word means two kinds.
struct KindVocabulary: Sendable {
  private let kinds: [[UInt8]: ObservationKind]

  static let words: [(kind: ObservationKind, words: [String])] = [
    (
      .llm,
      [
        "llm", "chat", "chat_model", "text_completion", "completion", "generate_content", "generate", "generation",
        "acompletion", "atext_completion", "responses", "aresponses",
        "ai.generatetext", "ai.generatetext.dogenerate", "ai.streamtext", "ai.streamtext.dostream",
        "ai.generateobject", "ai.generateobject.dogenerate", "ai.streamobject", "ai.streamobject.dostream",
      ]
    ),
    (
      .embedding,
      [
        "embedding", "embeddings", "aembedding", "ai.embed", "ai.embed.doembed", "ai.embedmany", "ai.embedmany.doembed",
      ]
    ),
    (.chain, ["chain", "workflow", "invoke_workflow", "task", "pipeline"]),
    (.agent, ["agent", "invoke_agent", "create_agent", "agent_step"]),
    (.tool, ["tool", "execute_tool", "ai.toolcall"]),
    (.retriever, ["retriever", "retrieval"]),
    (.reranker, ["reranker", "rerank", "ai.rerank", "ai.rerank.dorerank"]),
    (.guardrail, ["guardrail"]),
    (.evaluator, ["evaluator", "evaluation"]),
  ]

  /// Longest word, in bytes.
  private static let wordBytesMax = 40

  init() {
    var kinds: [[UInt8]: ObservationKind] = [:]
    for (kind, words) in Self.words { for word in words { kinds[Array(word.utf8)] = kind } }
    self.kinds = kinds
  }

  /// nil for a word that says nothing: then the next key is asked.
  func kind(of word: UnsafeRawBufferPointer) -> ObservationKind? {
    switch word.count {
    case 3 where matches(word, "llm"): return .llm
    case 4 where matches(word, "chat"): return .llm
    case 4 where matches(word, "tool"): return .tool
    case 5 where matches(word, "agent"): return .agent
    case 5 where matches(word, "chain"): return .chain
    case 9 where matches(word, "retriever"): return .retriever
    case 9 where matches(word, "embedding"): return .embedding
    case 0, (Self.wordBytesMax + 1)...: return nil
    default: return kinds[word.map(Self.lowercase)]
    }
  }

  /// The commonest words are compared in place: no allocation.
  private func matches(_ word: UnsafeRawBufferPointer, _ lowercase: StaticString) -> Bool {
    for index in 0..<word.count where Self.lowercase(word[index]) != lowercase.utf8Start[index] { return false }
    return true
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
