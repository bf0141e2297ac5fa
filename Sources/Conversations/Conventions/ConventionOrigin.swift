/// Who sends a key, and where that is written down.
package struct ConventionOrigin: Sendable {
  package var producer: String
  /// As far as it was seen; empty: any.
  package var version: String
  package var source: String

  package init(_ producer: String, _ version: String = "", source: String) {
    self.producer = producer
    self.version = version
    self.source = source
  }
}

extension ConventionOrigin {
  package static let futureAGI = ConventionOrigin(
    "FutureAGI", "fi-instrumentation-otel 1.1.0",
    source: "https://docs.futureagi.com/docs/tracing/manual/semantic-conventions")
  package static let openInference = ConventionOrigin(
    "OpenInference, FutureAGI", "openinference-instrumentation-openai 0.1.66",
    source: "https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md")
  package static let otelGenAI = ConventionOrigin(
    "OTel GenAI", "semantic conventions 1.37",
    source: "https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/")
  package static let otel = ConventionOrigin(
    "OpenTelemetry", "semantic conventions 1.37",
    source: "https://opentelemetry.io/docs/specs/semconv/registry/attributes/")
  package static let langfuse = ConventionOrigin(
    "Langfuse", "5.0.4", source: "https://langfuse.com/integrations/native/opentelemetry")
  package static let traceloop = ConventionOrigin(
    "Traceloop", "0.62.4", source: "https://www.traceloop.com/docs/openllmetry/tracing/association")
  package static let laminar = ConventionOrigin("Laminar", source: "https://docs.lmnr.ai/tracing/structure/sessions")
  package static let langWatch = ConventionOrigin(
    "LangWatch", source: "https://docs.langwatch.ai/integration/opentelemetry/guide")
  package static let vercel = ConventionOrigin(
    "Vercel AI SDK", "6", source: "https://ai-sdk.dev/docs/ai-sdk-core/telemetry")
  package static let langSmith = ConventionOrigin(
    "LangSmith", source: "https://docs.langchain.com/langsmith/trace-with-opentelemetry")
  package static let mlflow = ConventionOrigin(
    "MLflow", "3", source: "https://mlflow.org/docs/latest/genai/tracing/track-users-sessions/")
  package static let opik = ConventionOrigin(
    "Opik", source: "https://www.comet.com/docs/opik/integrations/opentelemetry")
  package static let mastra = ConventionOrigin("Mastra", source: "https://mastra.ai/docs/observability/overview")
  package static let googleADK = ConventionOrigin(
    "Google ADK", "1.14", source: "https://github.com/google/adk-python/blob/main/src/google/adk/telemetry.py")
  package static let pydanticAI = ConventionOrigin(
    "pydantic-ai, Logfire", "2.68.0", source: "https://ai.pydantic.dev/logfire/")
  package static let openLIT = ConventionOrigin("OpenLIT", source: "https://docs.openlit.io/latest/overview")
  package static let liteLLM = ConventionOrigin(
    "LiteLLM", source: "https://docs.litellm.ai/docs/observability/opentelemetry_integration")
  package static let agentOps = ConventionOrigin(
    "AgentOps", source: "https://docs.agentops.ai/v2/concepts/spans")
  package static let bare = ConventionOrigin(
    "hand-written spans", source: "https://opentelemetry.io/docs/specs/otel/common/#attribute")
  package static let steno = ConventionOrigin("Steno", source: "docs/conventions.md")
}

extension Convention {
  package init(
    _ role: Role, _ pattern: Pattern, at place: Place = .span, from origin: ConventionOrigin,
    reading: Reading = .plain, detail: UInt16 = 0
  ) {
    self.init(
      role, pattern, at: place, by: origin.producer, version: origin.version, source: origin.source, reading: reading,
      detail: detail)
  }

  /// A row for a whole key of a span.
  init(_ role: Role, _ key: String, _ origin: ConventionOrigin, _ reading: Reading = .plain) {
    self.init(role, .key(key), from: origin, reading: reading)
  }
}
