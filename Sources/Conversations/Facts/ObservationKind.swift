/// What a span is to an LLM application. `other`: nothing says.
package enum ObservationKind: UInt8, Sendable, CaseIterable {
  case llm, embedding, chain, agent, tool, retriever, reranker, guardrail, evaluator, other
}

extension ObservationKind {
  /// As the API writes it.
  package var name: String {
    switch self {
    case .llm: "LLM"
    case .embedding: "EMBEDDING"
    case .chain: "CHAIN"
    case .agent: "AGENT"
    case .tool: "TOOL"
    case .retriever: "RETRIEVER"
    case .reranker: "RERANKER"
    case .guardrail: "GUARDRAIL"
    case .evaluator: "EVALUATOR"
    case .other: "other"
    }
  }

  /// A model answered: its usage is counted.
  package var isModelCall: Bool { self == .llm || self == .embedding }

  /// It serves an exchange but is none: a trace of only these is no turn.
  package var isQuiet: Bool {
    switch self {
    case .embedding, .tool, .retriever, .reranker, .guardrail, .evaluator: true
    case .llm, .chain, .agent, .other: false
    }
  }
}
