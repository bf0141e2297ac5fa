import HummingbirdCore
import OTLP

/// `POST /v1/metrics`: decoded as far as counting needs, so that exporters stay quiet, and not kept.
func ingestMetrics(_ exchange: Exchange) async throws(Failure) -> Response {
  let type = try exchange.otlpContentType()
  let body = try await exchange.readBody()
  do throws(OTLPDecodingError) {
    let points = try type.encoding.countPoints(body.bytes, limits: exchange.site.configuration.limits)
    exchange.site.counters.took(points: points, bytes: body.bytes.count)
  } catch {
    throw .noOTLP(error)
  }
  _ = consume body
  return .otlp(type, type.encoding.encode(ExportResponse(.metrics)))
}
