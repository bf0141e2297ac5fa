import Conversations
import OTLP
import Telemetry

/// An item on its way into a block. Numbers only, so that sorting them is cheap.
struct PackingItem {
  /// A place in the commit's owners, which are in their order.
  var owner: Int
  /// The place of its trace among those of the commit, ordered by owner, then trace ID.
  var trace: Int
  var time: UnixNanoseconds
  var isLog: Bool
  var arrival: Arrival
}

/// A block before compression.
struct RawBlock {
  var owner: BlockOwner
  /// Of a block of spans; `bytes` are their texts then.
  var outline: [UInt8]?
  /// Borrowed: valid while the block is handed over.
  var bytes: UnsafeRawBufferPointer
  /// What lies in its slots: spans, or log records.
  var members: [Arrival]
  var holdsLogs: Bool
}

/// Packs the spans and log records of a commit into blocks: each owner's by itself, of one trace side by side in order
/// of start, so that a text lies near its repetitions, and what is read together is stored together.
struct BlockPacker: ~Copyable {
  private let limits: Limits
  private let conventions: Conventions
  private var splitter = SpanSplitter()

  init(_ conventions: Conventions, limits: Limits) {
    self.conventions = conventions
    self.limits = limits
  }

  /// Hands over one block after the other: together they would take as much memory as the requests themselves.
  mutating func pack(
    _ items: [PackingItem], of requests: [PreparedRequest], owners: [BlockOwner], into store: (RawBlock) throws -> Void
  ) throws {
    var encoder = BlockEncoder()
    var members: [Arrival] = []
    var last: PackingItem?
    splitter.begin()
    for item in items.sorted() {
      let request = requests[item.arrival.request]
      let index = item.arrival.index
      let message = item.isLog ? request.telemetry.logs[index].message : request.telemetry.spans[index].message
      let bytes = Int(message.count)
      if let previous = last, previous.owner != item.owner || previous.isLog != item.isLog || isFull(encoder, bytes) {
        try close(encoder, members, previous, owners, into: store)
        encoder = BlockEncoder()
        splitter.begin()
        members = []
      }
      try add(item, of: request.telemetry, to: &encoder)
      members.append(item.arrival)
      last = item
    }
    if let last { try close(encoder, members, last, owners, into: store) }
  }

  private mutating func add(
    _ item: PackingItem, of telemetry: DecodedTelemetry, to encoder: inout BlockEncoder
  ) throws {
    let request = item.arrival.request
    let index = item.arrival.index
    if item.isLog {
      let ref = telemetry.logs[index]
      let resource = encoder.number(ofResource: ref.resource, of: telemetry, request: request)
      let scope = encoder.number(ofScope: ref.scope, of: telemetry, request: request)
      telemetry.withView { encoder.add(.log, $0[ref.message], resource: resource, scope: scope) }
    } else {
      let ref = telemetry.spans[index]
      let resource = encoder.number(ofResource: ref.resource, of: telemetry, request: request)
      let scope = encoder.number(ofScope: ref.scope, of: telemetry, request: request)
      let (conventions, limits) = (conventions, limits)
      try telemetry.withView { view in
        try encoder.add(view[ref.message], resource: resource, scope: scope, to: &splitter) {
          conventions.cutRule(ofKey: $0, limits: limits)
        }
      }
    }
  }

  private func isFull(_ encoder: borrowing BlockEncoder, _ bytes: Int) -> Bool {
    encoder.itemCount >= limits.blockSpansMax || encoder.messageBytes + bytes > limits.blockBytesMax
  }

  private func close(
    _ encoder: consuming BlockEncoder, _ members: [Arrival], _ item: PackingItem, _ owners: [BlockOwner],
    into store: (RawBlock) throws -> Void
  ) throws {
    let owner = owners[item.owner]
    if item.isLog {
      try encoder.finish().withUnsafeBytes { bytes in
        try store(RawBlock(owner: owner, outline: nil, bytes: bytes, members: members, holdsLogs: true))
      }
    } else {
      let outline = encoder.outline(splitter)
      try splitter.withTexts { texts in
        try store(RawBlock(owner: owner, outline: outline, bytes: texts, members: members, holdsLogs: false))
      }
    }
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
