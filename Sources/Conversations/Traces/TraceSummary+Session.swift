package import Telemetry

extension TraceSummary {
  /// The project and session of a trace, as its summary has them, without the rest; nil for a trace without a session.
  package static func session(of spans: [SpanFacts]) -> (ProjectName, SessionName)? {
    guard let forest = SpanForest(spans) else { return nil }
    let identity = TraceIdentity(forest)
    return identity.session.map { (identity.project.value, $0.value) }
  }
}
