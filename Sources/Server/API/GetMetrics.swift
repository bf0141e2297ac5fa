import HTTPTypes
import HummingbirdCore
import NIOCore
import Store

/// `GET /metrics`: what the server has done since it started, and what the file holds, for Prometheus.
func getMetrics(_ exchange: Exchange) async throws(Failure) -> Response {
  try exchange.refuseParameters()
  let statistics = try await exchange.ask { store throws(StoreError) in try await store.statistics() }
  var metrics = PrometheusText()
  metrics.add(exchange.site.counters.counts)
  metrics.add(exchange.store.activity)
  metrics.add("steno_body_bytes_in_flight", .gauge, "Bytes of bodies being handled.", Int64(exchange.site.bodies.used))
  metrics.add(statistics)
  return Response(
    status: .ok,
    headers: [
      .contentType: PrometheusText.contentType, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
    ],
    body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text)))
}

extension PrometheusText {
  fileprivate mutating func add(_ counts: Counters.Counts) {
    add(
      "steno_http_answers_total", .counter, "Requests answered, by status.", by: "status",
      counts.answers.sorted { $0.key < $1.key }.map { (String($0.key), $0.value) })
    add(
      "steno_grpc_answers_total", .counter, "Calls over gRPC answered, by status code.", by: "code",
      counts.calls.sorted { $0.key < $1.key }.map { (String($0.key), $0.value) })
    add(
      "steno_http_refusals_total", .counter, "Requests and calls refused, by reason.", by: "reason",
      counts.refusals.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    add("steno_accepted_spans_total", .counter, "Spans accepted, repeated ones included.", counts.acceptedSpans)
    add("steno_accepted_log_records_total", .counter, "Log records accepted.", counts.acceptedLogs)
    add("steno_accepted_metric_points_total", .counter, "Metric points accepted and not kept.", counts.acceptedPoints)
    add("steno_rejected_spans_total", .counter, "Spans that can't be kept.", counts.rejectedSpans)
    add("steno_rejected_log_records_total", .counter, "Log records that can't be kept.", counts.rejectedLogs)
    add("steno_received_bytes_total", .counter, "Bytes of accepted OTLP bodies, decompressed.", counts.bodyBytes)
  }

  fileprivate mutating func add(_ activity: StoreActivity) {
    add("steno_queue_requests", .gauge, "Requests that wait for their commit.", Int64(activity.queuedRequests))
    add("steno_queue_bytes", .gauge, "Bytes of the requests that wait for their commit.", Int64(activity.queuedBytes))
    add("steno_commit_seconds", "Commits, from the first statement to the sync.", activity.commits)
    add("steno_query_seconds", "Questions of the API and the page.", activity.questions)
  }

  fileprivate mutating func add(_ statistics: StoreStatistics) {
    add("steno_projects", .gauge, "Projects stored.", statistics.projects)
    add("steno_sessions", .gauge, "Sessions stored.", statistics.sessions)
    add("steno_users", .gauge, "Users stored.", statistics.users)
    add("steno_traces", .gauge, "Traces stored.", statistics.traces)
    add("steno_spans", .gauge, "Spans stored.", statistics.spans)
    add("steno_log_records", .gauge, "Log records stored.", statistics.logs)
    add("steno_database_bytes", .gauge, "Size of the database file.", statistics.databaseBytes)
    add("steno_wal_bytes", .gauge, "Size of the write-ahead log.", statistics.walBytes)
  }
}
