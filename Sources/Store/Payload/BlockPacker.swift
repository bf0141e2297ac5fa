import Compression
import Conversations
import OTLP
import Telemetry

/// Packs spans and log records of one or several requests into compressed blocks. Spans of one session, and within it
/// of one trace, lie side by side: they repeat each other's texts, and they are read together.
struct BlockPacker {
  let limits: Limits
  let compressors: CompressorPool

  func pack(spans: [Arrival], of requests: [PreparedRequest]) throws(StoreError) -> [PackedBlock] {
    let order = spans.map { arrival in
      let request = requests[arrival.request]
      let ref = request.telemetry.spans[arrival.index]
      return PackingOrder(
        session: request.facts[arrival.index].sessionFingerprint, trace: ref.traceID, start: ref.startTime,
        bytes: Int(ref.message.count), arrival: arrival)
    }.sorted()
    var blocks: [PackedBlock] = []
    var encoder = BlockEncoder()
    var members: [Arrival] = []
    for place in order {
      if isFull(encoder, before: place.bytes) {
        blocks.append(try close(encoder, members))
        encoder = BlockEncoder()
        members = []
      }
      let arrival = place.arrival
      _ = encoder.add(span: arrival.index, of: requests[arrival.request].telemetry, request: arrival.request)
      members.append(arrival)
    }
    if !members.isEmpty { blocks.append(try close(encoder, members)) }
    return blocks
  }

  /// Log records lie in blocks of their own, by trace.
  func pack(logs: [Arrival], of requests: [PreparedRequest]) throws(StoreError) -> [PackedBlock] {
    let order = logs.map { arrival in (requests[arrival.request].telemetry.logs[arrival.index], arrival) }
      .sorted { a, b in
        guard let left = a.0.traceID, let right = b.0.traceID, left != right else {
          return (a.0.time, a.1.request, a.1.index) < (b.0.time, b.1.request, b.1.index)
        }
        return left < right
      }
    var blocks: [PackedBlock] = []
    var encoder = BlockEncoder()
    var members: [Arrival] = []
    for (ref, arrival) in order {
      if isFull(encoder, before: Int(ref.message.count)) {
        blocks.append(try close(encoder, members))
        encoder = BlockEncoder()
        members = []
      }
      _ = encoder.add(log: arrival.index, of: requests[arrival.request].telemetry, request: arrival.request)
      members.append(arrival)
    }
    if !members.isEmpty { blocks.append(try close(encoder, members)) }
    return blocks
  }

  private func isFull(_ encoder: borrowing BlockEncoder, before bytes: Int) -> Bool {
    encoder.itemCount >= limits.blockSpansMax
      || (encoder.itemCount > 0 && encoder.messageBytes + bytes > limits.blockBytesMax)
  }

  private func close(_ encoder: consuming BlockEncoder, _ members: [Arrival]) throws(StoreError) -> PackedBlock {
    let raw = encoder.finish()
    return PackedBlock(data: try compressors.compress(raw), rawBytes: raw.count, members: members)
  }
}

/// Where a span goes: by session, trace, start, and then as it came.
private struct PackingOrder: Comparable {
  var session: UInt64
  var trace: TraceID
  var start: UnixNanoseconds
  var bytes: Int
  var arrival: Arrival

  static func < (a: PackingOrder, b: PackingOrder) -> Bool {
    if a.session != b.session { return a.session < b.session }
    if a.trace != b.trace { return a.trace < b.trace }
    if a.start != b.start { return a.start < b.start }
    return (a.arrival.request, a.arrival.index) < (b.arrival.request, b.arrival.index)
  }
}

extension SpanFacts {
  /// Tells sessions apart for packing; spans without a session key of their own lie together.
  fileprivate var sessionFingerprint: UInt64 {
    guard let session else { return 0 }
    return Fingerprint.of(session.value)
  }
}
