extension Convention {
  /// Whose a trace is: session, user, project. Best first.
  ///
  /// Never a session: `thread.id` (an operating system's thread), `langsmith.trace.session_name` (a project),
  /// `service.instance.id` (a process).
  static let identity: [Convention] = sessions + users + projects

  private static let sessions: [Convention] =
    [
      Convention(.session, "session.id", .openInference),
      Convention(.session, "langfuse.session.id", .langfuse),
    ]
    + names(
      ["session_id", "thread_id", "conversation_id"], under: "traceloop.association.properties.", .session, .traceloop)
    + names(["session_id"], under: "lmnr.association.properties.", .session, .laminar)
    + names(["id"], under: "langwatch.thread.", .session, .langWatch)
    + names(["thread_id"], under: "langwatch.", .session, .langWatch)
    + names(["sessionId", "session_id", "threadId"], under: "ai.telemetry.metadata.", .session, .vercel)
    + names(["sessionId", "session_id", "threadId"], under: "ai.settings.context.", .session, .vercel)
    + names(["session_id", "thread_id", "conversation_id"], under: "langsmith.metadata.", .session, .langSmith)
    + [
      Convention(.session, "mlflow.trace.session", .mlflow),
      Convention(.session, "opik.thread_id", .opik),
      Convention(.session, "mastra.metadata.threadId", .mastra),
      Convention(.session, "langfuse.observation.metadata.langfuse_session_id", .langfuse),
      Convention(.session, "langfuse.trace.metadata.langfuse_session_id", .langfuse),
      Convention(.session, "gcp.vertex.agent.session_id", .googleADK),
      Convention(.session, "gen_ai.conversation.id", .otelGenAI),
    ]
    + bareNames(["session_id", "sessionId", "thread_id", "conversation_id"], .session)

  private static let users: [Convention] =
    [
      Convention(.user, "user.id", .openInference),
      Convention(.user, "langfuse.user.id", .langfuse),
      Convention(.user, "enduser.id", .otel),
      Convention(.user, "traceloop.association.properties.user_id", .traceloop),
      Convention(.user, "lmnr.association.properties.user_id", .laminar),
      Convention(.user, "langwatch.user.id", .langWatch),
    ]
    + names(["userId", "user_id"], under: "ai.telemetry.metadata.", .user, .vercel)
    + names(["userId", "user_id"], under: "ai.settings.context.", .user, .vercel)
    + [
      Convention(.user, "langsmith.metadata.user_id", .langSmith),
      Convention(.user, "mlflow.trace.user", .mlflow),
      Convention(.user, "langfuse.observation.metadata.langfuse_user_id", .langfuse),
      Convention(.user, "langfuse.trace.metadata.langfuse_user_id", .langfuse),
      Convention(.user, "gen_ai.request.user", .openLIT),
      Convention(.user, "llm.user", .traceloop),
      Convention(.user, "enduser.pseudo.id", .otel),
    ]
    + bareNames(["user_id", "userId"], .user)

  private static let projects: [Convention] = [
    Convention(.project, .key("project_name"), at: .resource, from: .futureAGI),
    Convention(.project, .key("openinference.project.name"), at: .resource, from: .openInference),
    Convention(.project, .key("x-project-name"), at: .header, from: .steno),
    Convention(.project, .key("Langsmith-Project"), at: .header, from: .langSmith),
    Convention(.project, .key("projectName"), at: .header, from: .opik),
    Convention(.project, "langsmith.trace.session_name", .langSmith),
    // Last, of the effective root alone, and never `unknown_service…`, which an SDK puts in where nobody named one.
    Convention(.serviceName, .key("service.name"), at: .resource, from: .otel),
  ]

  private static func names(
    _ names: [String], under prefix: String, _ role: Role, _ origin: ConventionOrigin
  ) -> [Convention] {
    names.map { Convention(role, prefix + $0, origin) }
  }

  /// Names that nobody's convention claims: as keys, and in the JSON of `metadata`.
  private static func bareNames(_ names: [String], _ role: Role) -> [Convention] {
    names.map { Convention(role, $0, .bare) }
      + names.map { Convention(role, .member($0, of: "metadata"), from: .bare) }
  }

  /// What an SDK calls a service that nobody named begins so: it names no project.
  static let unnamedService = "unknown_service"
}
