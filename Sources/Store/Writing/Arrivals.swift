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

  /// What is kept, on its way into blocks.
  var items: [PackingItem] {
    var owners: [TraceID: BlockOwner] = [:]
    for state in touched { owners[state.traceID] = BlockOwner(of: state) }
    var items: [PackingItem] = []
    items.reserveCapacity(spans.count + logs.count)
    for (arrival, state) in spans {
      guard let owner = owners[state.traceID] else { continue }
      let time = requests[arrival.request].telemetry.spans[arrival.index].startTime
      items.append(PackingItem(owner: owner, trace: state.traceID, time: time, isLog: false, arrival: arrival))
    }
    for (arrival, state) in logs {
      guard let owner = owners[state.traceID] else { continue }
      let time = requests[arrival.request].telemetry.logs[arrival.index].time
      items.append(PackingItem(owner: owner, trace: state.traceID, time: time, isLog: true, arrival: arrival))
    }
    return items
  }

  /// The trace that an item of a block belongs to.
  func owner(of arrival: Arrival, isLog: Bool) -> TraceState? { isLog ? logs[arrival] : spans[arrival] }

  /// Bytes of the items' messages as sent.
  func messageBytes(of members: ArraySlice<Arrival>, isLog: Bool) -> Int64 {
    var bytes: Int64 = 0
    for member in members {
      let request = requests[member.request]
      let message = isLog ? request.telemetry.logs[member.index].message : request.telemetry.spans[member.index].message
      bytes += Int64(message.count)
    }
    return bytes
  }

  /// Notes in the state where a span lies.
  func settle(_ arrival: Arrival, in state: TraceState, at location: ItemLocation) {
    let spanID = requests[arrival.request].telemetry.spans[arrival.index].spanID
    guard let position = state.position(of: spanID) else { return }
    state.settle(spanAt: position, at: location)
  }
}
