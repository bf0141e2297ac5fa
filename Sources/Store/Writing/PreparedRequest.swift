import Compression
import Conversations
import OTLP
import Telemetry

/// A packed block that waits for its commit.
struct PackedBlock: Sendable {
  var data: [UInt8]
  var rawBytes: Int
  /// What lies in its slots: spans, or log records.
  var members: [Arrival]
  var holdsLogs = false
}

/// A request as the writer takes it: decoded, its spans' facts read, and, if it is large enough to fill blocks of its
/// own, packed. All of that happens on the caller's thread, so that only rows and the commit are left to the one writer.
struct PreparedRequest: Sendable {
  var telemetry: DecodedTelemetry
  /// One for each of `telemetry.spans`.
  var facts: [SpanFacts]
  /// Message-bearing log records, as indices of `telemetry.logs`.
  var logs: [Int]
  /// Empty for a small request: the writer packs those of one commit together. `Arrival.request` is 0 in here.
  var blocks: [PackedBlock]

  var bytes: Int { telemetry.body.count }

  init(
    _ telemetry: DecodedTelemetry, conventions: Conventions, limits: Limits, compressors: CompressorPool
  ) throws(StoreError) {
    self.telemetry = telemetry
    (facts, logs) = telemetry.withView { view in
      let facts = view.spans.indices.map { index in
        SpanFacts(reading: view.span(index), logs: [], conventions: conventions)
      }
      let logs = view.logs.indices.filter { index in
        view.logs[index].traceID != nil && view.logs[index].spanID != nil
          && carriesMessages(view.log(index), conventions: conventions)
      }
      return (facts, logs)
    }
    blocks = []
    if telemetry.spans.count >= limits.blockSpansMax / 2 && logs.isEmpty {
      let packer = BlockPacker(limits: limits, compressors: compressors)
      let members = telemetry.spans.indices.map { Arrival(request: 0, index: $0) }
      blocks = try packer.pack(spans: members, of: [self])
    }
  }
}
