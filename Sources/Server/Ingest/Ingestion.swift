import HTTPTypes
import OTLP
import Store
import Telemetry

extension Site {
  /// Decodes and stores the message of an export request, whichever way it came. Returns once it is committed, with what
  /// was rejected of it. Metrics are decoded as far as counting needs, so that exporters stay quiet, and not kept.
  func ingest(
    _ signal: ExportResponse.Signal, _ encoding: OTLPEncoding, _ body: consuming ReadBody, project: String?,
    of caller: Caller
  ) async throws(Failure) -> ExportResponse {
    let bytes = body.bytes.count
    // A key that is limited to a project stands for its header.
    let requestProject = project ?? caller.project?.text
    let telemetry: DecodedTelemetry
    do throws(OTLPDecodingError) {
      switch signal {
      case .traces:
        telemetry = try encoding.decodeTraces(
          body.take(), requestProject: requestProject, limits: configuration.limits, spares: bodies.spares)
      case .logs:
        telemetry = try encoding.decodeLogs(
          body.take(), requestProject: requestProject, limits: configuration.limits, spares: bodies.spares)
      case .metrics:
        let points = try encoding.countPoints(body.bytes, limits: configuration.limits)
        counters.took(points: points, bytes: bytes)
        return ExportResponse(.metrics)
      }
    } catch {
      throw .noOTLP(error)
    }
    try await confine(telemetry, to: caller.project)
    if !telemetry.spans.isEmpty || !telemetry.logs.isEmpty {
      do throws(StoreError) {
        _ = try await store.ingest(telemetry)
      } catch {
        throw .store(error)
      }
    }
    bodies.spares.keep(telemetry.body)
    // Until here the body has its place in the budget.
    _ = consume body
    counters.took(telemetry, of: signal, bytes: bytes)
    let rejections = telemetry.rejections
    return ExportResponse(signal, rejectedCount: rejections.count, message: rejections.firstReason)
  }
}

extension HTTPFields {
  /// The project that a header names; over gRPC, a metadata key.
  /// Source: Phoenix `x-project-name`, LangSmith `Langsmith-Project`, Opik `projectName`.
  var requestProject: String? {
    for name in [HTTPField.Name.xProjectName, .langsmithProject, .opikProjectName] {
      if let value = self[name]?.trimmingSpace, !value.isEmpty { return String(value) }
    }
    return nil
  }
}

extension Failure {
  /// Deep nesting makes a long path, of which the beginning says enough.
  static func noOTLP(_ error: OTLPDecodingError) -> Failure {
    switch error.reason {
    case .tooManySpans, .tooManyEntries: return .tooLarge("The limit is reached: \(error.reason).", isRead: true)
    default: break
    }
    let text = error.description
    return .undecodable("The body is no OTLP: " + (text.utf8.count > 500 ? text.prefix(500) + "…" : text) + ".")
  }
}

extension HTTPField.Name {
  fileprivate static let xProjectName = literal("x-project-name")
  fileprivate static let langsmithProject = literal("langsmith-project")
  fileprivate static let opikProjectName = literal("projectname")

  /// The names above are tokens, which is all that a name must be: there is always one.
  private static func literal(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .userAgent }
}
