import HTTPTypes

/// Every path that the server answers, in the order of the contract.
let allRoutes: [Route] = ingestRoutes + compatibilityRoutes + apiRoutes + accessRoutes + pageRoutes

private let ingestRoutes: [Route] = [
  .ingest("/v1/traces", ingestTraces),
  .ingest("/tracer/v1/traces", ingestTraces),
  .ingest("/api/public/otel/v1/traces", ingestTraces),
  .ingest("/otel/v1/traces", ingestTraces),
  .ingest("/api/v1/private/otel/v1/traces", ingestTraces),
  .ingest("/v1/logs", ingestLogs),
  .ingest("/v1/metrics", ingestMetrics),
]

private let compatibilityRoutes: [Route] = [
  .ingest("/tracer/custom-eval-config/check_exists", checkEvalConfigExists),
  .ingest("/tracer/custom-eval-config/get_custom_eval_by_name", getEvalConfigByName),
  .ingest("/tracer/observation-span/create_otel_span", refuseObservationSpan),
]

private let apiRoutes: [Route] = [
  .get("/api/v1/projects", listProjects),
  .delete("/api/v1/projects/*", deleteProject),
  .get("/api/v1/sessions", listSessions),
  .get("/api/v1/sessions/export", exportSessions),
  .get("/api/v1/sessions/*", getSession),
  .patch("/api/v1/sessions/*", patchSession),
  .delete("/api/v1/sessions/*", deleteSession),
  .get("/api/v1/sessions/*/conversation", getSessionConversation),
  .get("/api/v1/sessions/*/messages", getSessionMessages),
  .get("/api/v1/sessions/*/explain", getSessionExplanation),
  .get("/api/v1/sessions/*/export", exportSession),
  .get("/api/v1/traces", listTraces),
  .get("/api/v1/traces/export", exportTraces),
  .get("/api/v1/traces/*", getTrace),
  .delete("/api/v1/traces/*", deleteTrace),
  .get("/api/v1/traces/*/conversation", getTraceConversation),
  .get("/api/v1/traces/*/export", exportTrace),
  .get("/api/v1/traces/*/spans/*", getSpan),
  .get("/api/v1/spans", listSpans),
  .get("/api/v1/users", listUsers),
  .get("/api/v1/users/*", getUser),
  .get("/api/v1/attributes", listAttributes),
  .get("/api/v1/attributes/*/values", listAttributeValues),
  .get("/api/v1/timeseries", getTimeSeries),
  .get("/api/v1/search", searchMessages),
  .delete("/api/v1/users/*", deleteUser),
  .get("/api/v1/stats", getStatistics),
  .get("/api/v1/doctor", getDiagnosis),
  .get("/api/v1/events", getEvents),
  .get("/healthz", getHealth),
  .get("/readyz", getReadiness),
  .get("/metrics", getMetrics),
  .get("/openapi.json", getOpenAPI),
]

private let accessRoutes: [Route] = [
  Route(method: .post, pattern: "/api/v1/sign-in", style: .problem, handle: signIn),
  Route(method: .delete, pattern: "/api/v1/sign-in", style: .problem, handle: signOut),
]

private let pageRoutes: [Route] = [
  .get("/", getPage),
  .get("/assets/*/*", getAsset),
]
