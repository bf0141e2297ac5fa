import OTLP
import Telemetry

/// An item on its way into a block.
struct PackingItem {
  var owner: BlockOwner
  var trace: TraceID
  var time: UnixNanoseconds
  var isLog: Bool
  var arrival: Arrival
}

/// A block before compression.
struct RawBlock {
  var owner: BlockOwner
  var bytes: [UInt8]
  /// What lies in its slots: spans, or log records.
  var members: [Arrival]
  var holdsLogs: Bool
}

/// Packs the spans and log records of a commit into blocks: each owner's by itself, of one trace side by side in order
/// of start, so that a text lies near its repetitions, and what is read together is stored together.
struct BlockPacker {
  let limits: Limits

  func pack(_ items: [PackingItem], of requests: [PreparedRequest]) -> [RawBlock] {
    var blocks: [RawBlock] = []
    var encoder = BlockEncoder()
    var members: [Arrival] = []
    var last: PackingItem?
    for item in items.sorted() {
      let request = requests[item.arrival.request]
      let index = item.arrival.index
      let message = item.isLog ? request.telemetry.logs[index].message : request.telemetry.spans[index].message
      let bytes = Int(message.count)
      if let previous = last, previous.owner != item.owner || previous.isLog != item.isLog || isFull(encoder, bytes) {
        blocks.append(close(encoder, members, previous))
        encoder = BlockEncoder()
        members = []
      }
      if item.isLog {
        _ = encoder.add(log: index, of: request.telemetry, request: item.arrival.request)
      } else {
        _ = encoder.add(span: index, of: request.telemetry, request: item.arrival.request)
      }
      members.append(item.arrival)
      last = item
    }
    if let last { blocks.append(close(encoder, members, last)) }
    return blocks
  }

  private func isFull(_ encoder: borrowing BlockEncoder, _ bytes: Int) -> Bool {
    encoder.itemCount >= limits.blockSpansMax || encoder.messageBytes + bytes > limits.blockBytesMax
  }

  private func close(_ encoder: consuming BlockEncoder, _ members: [Arrival], _ item: PackingItem) -> RawBlock {
    RawBlock(owner: item.owner, bytes: encoder.finish(), members: members, holdsLogs: item.isLog)
  }
}

extension PackingItem: Comparable {
  static func < (a: PackingItem, b: PackingItem) -> Bool {
    if a.owner != b.owner { return a.owner < b.owner }
    if a.isLog != b.isLog { return b.isLog }
    if a.trace != b.trace { return a.trace < b.trace }
    if a.time != b.time { return a.time < b.time }
    return (a.arrival.request, a.arrival.index) < (b.arrival.request, b.arrival.index)
  }
}
