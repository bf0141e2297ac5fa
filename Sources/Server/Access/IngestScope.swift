import Conversations
import OTLP
import Store
import Telemetry

/// Keeps what a key of one project sends in that project.
extension Site {
  /// Refuses the request where one of its spans names another project, or belongs to a trace that is stored in one: it
  /// would change what that project shows. Spans that name none are of the key's, which counts as the project that a
  /// request header names.
  func confine(_ telemetry: DecodedTelemetry, to project: ProjectName?) async throws(Failure) {
    guard let project else { return }
    let conventions = configuration.conventions
    let (isForeign, traces) = telemetry.withView { view in
      let isForeign = view.spans.indices.contains { index in
        let facts = SpanFacts(reading: view.span(index), logs: [], conventions: conventions)
        return facts.project.map { ProjectName($0.value) != project } ?? false
      }
      return (isForeign, Set(view.spans.map(\.traceID) + view.logs.compactMap(\.traceID)))
    }
    if isForeign { throw .forbidden("A key of one project may not send spans of another.") }
    let projects: [TraceID: ProjectName]
    do throws(StoreError) {
      projects = try await store.projects(ofTraces: Array(traces))
    } catch {
      throw .store(error)
    }
    if projects.values.contains(where: { $0 != project }) {
      throw .forbidden("A key of one project may not add to a trace of another.")
    }
  }
}
