import OTLP
import Telemetry

/// The requests of one commit on their way into the states of their traces: which spans and records are kept, which
/// were there already, and which traces are touched.
struct Arrivals {
  let requests: [PreparedRequest]
  private(set) var touched: [TraceState] = []
  private var states: [TraceID: TraceState] = [:]
  private var spans: [Arrival: TraceState] = [:]
  private var logs: [Arrival: TraceState] = [:]
  private(set) var repeatedCount = 0
  private(set) var supersededCount = 0
  private var refused: [Int]
  var blockCount = 0
  var payloadBytes = 0
  var compressedBytes = 0
  /// Stored spans that a version from this commit took the place of.
  var supersededStored = 0 {
    didSet { supersededCount += supersededStored - oldValue }
  }

  init(_ requests: [PreparedRequest]) {
    self.requests = requests
    refused = [Int](repeating: 0, count: requests.count)
    spans.reserveCapacity(requests.reduce(0) { $0 + $1.telemetry.spans.count })
  }

  func state(of traceID: TraceID) -> TraceState? { states[traceID] }

  mutating func touch(_ state: TraceState) {
    states[state.traceID] = state
    touched.append(state)
  }

  mutating func accept(span arrival: Arrival, in state: TraceState) { spans[arrival] = state }

  mutating func accept(log arrival: Arrival, in state: TraceState) { logs[arrival] = state }

  /// A span of this commit lost against a later one of it.
  mutating func withdraw(span arrival: Arrival) { spans[arrival] = nil }

  mutating func repeated(_ arrival: Arrival) {
    repeatedCount += 1
    refused[arrival.request] += 1
  }

  mutating func superseded(_ arrival: Arrival) {
    supersededCount += 1
    refused[arrival.request] += 1
  }

  var receipts: [IngestReceipt] {
    requests.indices.map { index in
      IngestReceipt(
        storedSpans: requests[index].telemetry.spans.count - refused[index], repeatedSpans: refused[index])
    }
  }

  /// The blocks to store: those that came packed and are kept whole, and everything else packed together.
  func blocks(_ packer: BlockPacker) throws -> [PackedBlock] {
    var blocks: [PackedBlock] = []
    var loose: [Arrival] = []
    for (number, request) in requests.enumerated() {
      let members = request.telemetry.spans.indices.map { Arrival(request: number, index: $0) }
      let kept = members.filter { spans[$0] != nil }
      if !request.blocks.isEmpty && kept.count == members.count {
        for block in request.blocks {
          var block = block
          for index in block.members.indices { block.members[index].request = number }
          blocks.append(block)
        }
      } else {
        loose.append(contentsOf: kept)
      }
    }
    let records = requests.indices.flatMap { number in
      requests[number].logs.map { Arrival(request: number, index: $0) }.filter { logs[$0] != nil }
    }
    blocks.append(contentsOf: try packer.pack(spans: loose, of: requests))
    var logBlocks = try packer.pack(logs: records, of: requests)
    for index in logBlocks.indices { logBlocks[index].holdsLogs = true }
    return blocks + logBlocks
  }

  /// The trace that an item of a block belongs to.
  func owner(of arrival: Arrival, isLog: Bool) -> TraceState? { isLog ? logs[arrival] : spans[arrival] }

  /// Notes in the state where an item lies.
  func settle(_ arrival: Arrival, isLog: Bool, in state: TraceState, at location: ItemLocation) {
    if isLog {
      state.settle(logFrom: arrival, at: location)
      return
    }
    let spanID = requests[arrival.request].telemetry.spans[arrival.index].spanID
    guard let position = state.position(of: spanID) else { return }
    state.settle(spanAt: position, at: location)
  }
}
