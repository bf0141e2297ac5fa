import JSON

/// The body of an answer 200: an ExportTraceServiceResponse, or its kin for logs and metrics.
/// Source: opentelemetry.io/docs/specs/otlp, "OTLP/HTTP Response".
package struct ExportResponse: Sendable {
  package enum Signal: Sendable { case traces, logs, metrics }

  package var signal: Signal
  /// Spans, records or points that were not kept.
  package var rejectedCount: Int
  /// Why the first of them was not, or a warning; with neither, the answer has no partial success.
  package var message: String

  package init(_ signal: Signal, rejectedCount: Int = 0, message: String = "") {
    self.signal = signal
    self.rejectedCount = rejectedCount
    self.message = message
  }

  /// The three messages have the same field numbers.
  package var protobuf: [UInt8] {
    guard isPartial else { return [] }
    var writer = WireWriter()
    writer.tag(1, .lengthDelimited)
    let partial = writer.begin()
    if rejectedCount > 0 {
      writer.tag(1, .varint)
      writer.varint(UInt64(rejectedCount))
    }
    if !message.isEmpty { writer.field(2, message) }
    writer.end(partial)
    return writer.bytes
  }

  package var json: [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    if isPartial {
      writer.key("partialSuccess")
      writer.beginObject()
      if rejectedCount > 0 {
        writer.key(rejectedKey)
        writer.string(String(rejectedCount))
      }
      if !message.isEmpty {
        writer.key("errorMessage")
        writer.string(message)
      }
      writer.endObject()
    }
    writer.endObject()
    return writer.bytes
  }

  private var isPartial: Bool { rejectedCount > 0 || !message.isEmpty }

  private var rejectedKey: String {
    switch signal {
    case .traces: "rejectedSpans"
    case .logs: "rejectedLogRecords"
    case .metrics: "rejectedDataPoints"
    }
  }
}
