import HummingbirdCore
import OTLP

/// `POST /v1/logs`: an ExportLogsServiceRequest. Records that belong to a span are shown with it.
func ingestLogs(_ exchange: Exchange) async throws(Failure) -> Response {
  try await exchange.ingest(.logs)
}
