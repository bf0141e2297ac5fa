import HummingbirdCore
import OTLP

/// `POST /v1/metrics`: an ExportMetricsServiceRequest, counted and not kept.
func ingestMetrics(_ exchange: Exchange) async throws(Failure) -> Response {
  try await exchange.ingest(.metrics)
}
