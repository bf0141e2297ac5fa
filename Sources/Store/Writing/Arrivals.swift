import OTLP
import Telemetry

/// The requests of one commit on their way into the states of their traces: which spans and records are kept, which
/// were there already, and which traces are touched.
struct Arrivals {
  let requests: [PreparedRequest]
  private(set) var touched: [TraceState] = []
  private var states: [TraceID: TraceState] = [:]
  /// Of each span and log record of each request, the trace that it is kept for.
  private var spans: Kept
  private var logs: Kept
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
    spans = Kept(requests.map(\.telemetry.spans.count))
    // Only those of `PreparedRequest.logs` are ever kept; without one there is no room to make.
    logs = Kept(requests.map { $0.logs.isEmpty ? 0 : $0.telemetry.logs.count })
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

  /// Traces of which something is kept.
  var acceptedTraces: Set<TraceID> {
    Set(spans.map { $0.1.traceID }).union(logs.map { $0.1.traceID })
  }

  var receipts: [IngestReceipt] {
    requests.indices.map { index in
      IngestReceipt(
        storedSpans: requests[index].telemetry.spans.count - refused[index], repeatedSpans: refused[index])
    }
  }

  /// What is kept, on its way into blocks, and whose it is.
  func items(_ ids: SessionIDs) -> (items: [PackingItem], owners: [BlockOwner]) {
    var order = touched.map { (owner: BlockOwner(of: $0, ids), state: $0) }
    order.sort { $0.owner == $1.owner ? $0.state.traceID < $1.state.traceID : $0.owner < $1.owner }
    var owners: [BlockOwner] = []
    for (rank, (owner, state)) in order.enumerated() {
      if owners.last != owner { owners.append(owner) }
      state.packing = (owner: owners.count - 1, rank: rank)
    }
    var items: [PackingItem] = []
    items.reserveCapacity(spans.count + logs.count)
    for (arrival, state) in spans {
      let time = requests[arrival.request].telemetry.spans[arrival.index].startTime
      let (owner, rank) = state.packing
      items.append(PackingItem(owner: owner, trace: rank, time: time, isLog: false, arrival: arrival))
    }
    for (arrival, state) in logs {
      let time = requests[arrival.request].telemetry.logs[arrival.index].time
      let (owner, rank) = state.packing
      items.append(PackingItem(owner: owner, trace: rank, time: time, isLog: true, arrival: arrival))
    }
    return (items, owners)
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

/// Which trace each item of several requests is kept for, by place. No hashing: there is one for every span.
private struct Kept: Sequence {
  /// Where the items of a request begin.
  fileprivate private(set) var starts: [Int] = []
  fileprivate private(set) var states: [TraceState?]
  private(set) var count = 0

  init(_ counts: [Int]) {
    var sum = 0
    for count in counts {
      starts.append(sum)
      sum += count
    }
    states = [TraceState?](repeating: nil, count: sum)
  }

  subscript(arrival: Arrival) -> TraceState? {
    get { states[starts[arrival.request] + arrival.index] }
    set {
      let place = starts[arrival.request] + arrival.index
      count += (newValue == nil ? 0 : 1) - (states[place] == nil ? 0 : 1)
      states[place] = newValue
    }
  }

  func makeIterator() -> Iterator { Iterator(kept: self) }

  struct Iterator: IteratorProtocol {
    fileprivate let kept: Kept
    private var request = 0
    private var place = 0

    fileprivate init(kept: Kept) { self.kept = kept }

    mutating func next() -> (Arrival, TraceState)? {
      while place < kept.states.count {
        while request + 1 < kept.starts.count, kept.starts[request + 1] <= place { request += 1 }
        defer { place += 1 }
        if let state = kept.states[place] {
          return (Arrival(request: request, index: place - kept.starts[request]), state)
        }
      }
      return nil
    }
  }
}
