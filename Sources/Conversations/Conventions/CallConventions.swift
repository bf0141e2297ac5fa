extension Convention {
  /// What a span is and what it used: kind, model, tokens, cost, the response's ID. Best first.
  static let calls: [Convention] = kinds + models + tokens + costs + responses

  private static let kinds: [Convention] = [
    Convention(.kind, "gen_ai.span.kind", .futureAGI),
    Convention(.kind, "fi.span.kind", .futureAGI),
    Convention(.kind, "openinference.span.kind", .openInference),
    Convention(.kind, "gen_ai.operation.name", .otelGenAI),
    Convention(.kind, "langfuse.observation.type", .langfuse),
    Convention(.kind, "traceloop.span.kind", .traceloop),
    Convention(.kind, "mlflow.spanType", .mlflow, .json),
    Convention(.kind, "lmnr.span.type", .laminar),
    Convention(.kind, "langsmith.span.kind", .langSmith),
    Convention(.kind, "agentops.span.kind", .agentOps),
    Convention(.kind, "ai.operationId", .vercel),
    Convention(.kind, "llm.request.type", .traceloop),
  ]

  private static let models: [Convention] = [
    Convention(.model, "gen_ai.response.model", .otelGenAI),
    Convention(.model, "llm.response.model_name", .openInference),
    Convention(.model, "llm.model_name", .openInference),
    Convention(.model, "ai.response.model", .vercel),
    Convention(.model, "langfuse.observation.model.name", .langfuse),
    Convention(.model, "mlflow.llm.model", .mlflow, .json),
    Convention(.model, "gen_ai.request.model", .otelGenAI),
    Convention(.model, "ai.model.id", .vercel),
    Convention(.model, "embedding.model_name", .openInference),
    // Streams of FutureAGI and OpenInference name the model nowhere else.
    Convention(.requestParameters, "gen_ai.request.parameters", .futureAGI, .json),
    Convention(.requestParameters, "llm.invocation_parameters", .openInference, .json),
  ]

  private static let tokens: [Convention] = [
    Convention(.inputTokens, "gen_ai.usage.input_tokens", .otelGenAI),
    Convention(.inputTokens, "gen_ai.usage.prompt_tokens", .traceloop),
    Convention(.inputTokens, "llm.token_count.prompt", .openInference),
    Convention(.inputTokens, "llm.usage.prompt_tokens", .traceloop),
    Convention(.inputTokens, "ai.usage.inputTokens", .vercel),
    Convention(.inputTokens, "ai.usage.promptTokens", .vercel),
    Convention(.inputTokens, "ai.usage.tokens", .vercel),
    Convention(.outputTokens, "gen_ai.usage.output_tokens", .otelGenAI),
    Convention(.outputTokens, "gen_ai.usage.completion_tokens", .traceloop),
    Convention(.outputTokens, "llm.token_count.completion", .openInference),
    Convention(.outputTokens, "llm.usage.completion_tokens", .traceloop),
    Convention(.outputTokens, "ai.usage.outputTokens", .vercel),
    Convention(.outputTokens, "ai.usage.completionTokens", .vercel),
    Convention(.totalTokens, "gen_ai.usage.total_tokens", .traceloop),
    Convention(.totalTokens, "llm.token_count.total", .openInference),
    Convention(.totalTokens, "llm.usage.total_tokens", .traceloop),
    Convention(.totalTokens, "ai.usage.totalTokens", .vercel),
    Convention(.cachedTokens, "gen_ai.usage.cache_read.input_tokens", .otelGenAI),
    Convention(.cachedTokens, "gen_ai.usage.cache_read_input_tokens", .traceloop),
    Convention(.cachedTokens, "llm.token_count.prompt_details.cache_read", .openInference),
    Convention(.cachedTokens, "ai.usage.cachedInputTokens", .vercel),
    Convention(.reasoningTokens, "gen_ai.usage.reasoning.output_tokens", .otelGenAI),
    Convention(.reasoningTokens, "gen_ai.usage.reasoning_tokens", .traceloop),
    Convention(.reasoningTokens, "gen_ai.usage.details.reasoning_tokens", .pydanticAI),
    Convention(.reasoningTokens, "llm.token_count.completion_details.reasoning", .openInference),
    Convention(.reasoningTokens, "ai.usage.reasoningTokens", .vercel),
    // Only where no key above is there.
    Convention(.usage, "langfuse.observation.usage_details", .langfuse, .json),
    Convention(.usage, "mlflow.chat.tokenUsage", .mlflow, .json),
    Convention(.usage, "langsmith.metadata.usage_metadata", .langSmith, .json),
  ]

  private static let costs: [Convention] = [
    Convention(.cost, "gen_ai.cost.total", .futureAGI),
    Convention(.cost, "gen_ai.cost.total_cost", .liteLLM),
    // Added up, where no total is there.
    Convention(.costPart, .family(prefix: "gen_ai.cost.", shape: "gen_ai.cost.*"), from: .futureAGI),
    Convention(.cost, "llm.cost.total", .openInference),
    Convention(.cost, "gen_ai.usage.cost", .openLIT, .zeroIsUnknown),
    Convention(.cost, "operation.cost", .pydanticAI),
    Convention(.costDetails, "langfuse.observation.cost_details", .langfuse, .json),
    Convention(.costDetails, "mlflow.llm.cost", .mlflow, .json),
  ]

  private static let responses: [Convention] = [
    Convention(.responseID, "gen_ai.response.id", .otelGenAI),
    Convention(.responseID, "ai.response.id", .vercel),
    // The `id` of a completion object in the output.
    Convention(.response, "output.value", .openInference, .json),
    Convention(.response, "raw.output", .futureAGI, .json),
    Convention(.response, "mlflow.spanOutputs", .mlflow, .json),
    Convention(.response, "langfuse.observation.output", .langfuse, .json),
    Convention(.response, "lmnr.span.output", .laminar, .json),
  ]
}
