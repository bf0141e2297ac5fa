import Conversations
import OTLP
import Store
import Telemetry

extension StoredTrace {
  func facts(of id: SpanID) -> SpanFacts? { facts.first { $0.spanID == id } }
}

extension TelemetryView {
  /// The log records that name a span, in their order.
  func logs(of id: SpanID) -> [LogView] { logs.indices.lazy.filter { logs[$0].spanID == id }.map { log($0) } }
}
