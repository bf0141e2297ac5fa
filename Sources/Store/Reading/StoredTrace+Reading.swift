import Conversations
import OTLP
import Telemetry

extension StoredTrace {
  /// Of each span the version that stays, in tree order, with everything derived from them.
  init(
    row: TraceRow, material: TraceMaterial, duplicateCalls: Set<SpanID>, conventions: Conventions
  ) throws {
    let telemetry = material.telemetry
    let read = try TraceFacts(telemetry, conventions: conventions)
    let order = SpanTree(read.facts).places
    var ordered = telemetry
    ordered.spans = order.map { telemetry.spans[read.winners[$0.index]] }
    ordered.logs = read.logs.map { telemetry.logs[$0] }
    guard let summary = TraceSummary(resolving: read.facts, duplicateCalls: duplicateCalls) else {
      throw StoreError.unusable("a trace of the database has no spans", hint: "run `steno verify --repair`")
    }
    self.init(
      row: row, summary: summary, telemetry: ordered,
      facts: order.map { read.facts[$0.index] }, depths: order.map(\.depth))
  }
}
