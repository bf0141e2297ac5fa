import Conversations
import Telemetry

/// Where the bytes of a span or log record lie.
struct ItemLocation: Hashable {
  var block: Int64
  var slot: Int
}

/// Where a span of a trace is: in a block, or, while its commit is under way, in a request.
enum SpanPlace {
  case stored(ItemLocation)
  case arriving(Arrival)
}

/// A place in the requests of one commit.
struct Arrival: Hashable {
  var request: Int
  var index: Int
}

/// What the writer knows of a trace: the facts of its spans, and the entry that its rows hold at present.
/// Confined to the writer.
final class TraceState {
  let traceID: TraceID
  /// nil until the trace has a row.
  var key: Int64?
  /// Of its spans, each once; `places` says where each is.
  private(set) var facts: [SpanFacts] = []
  private(set) var places: [SpanPlace] = []
  private var spanIDs: [SpanID] = []
  /// The identities of its log records: their canonical encodings.
  private(set) var logs: Set<[UInt8]> = []
  /// The share of the trace in the rows of its session, user and project as they stand in the database.
  var entry: TraceEntry?
  var projectKey: Int64 = 0
  var sessionKey: Int64?
  var userKey: Int64?
  /// The calls that the table `call` holds of this trace, and which of them another span counts for.
  var calls: [CallIdentity] = []
  var duplicateCalls: Set<SpanID> = [] { didSet { resolved = nil } }
  /// What the facts say together, while it is asked for more than once.
  private var resolved: TraceSummary?
  /// While its commit is under way: whose block its items go into, and its place among the traces.
  var packing = (owner: 0, rank: 0)
  /// Digests of what the spans say that the commit under way brings.
  private(set) var arrivedMessages: [UInt64] = []
  /// What the trace says is more or less than what is known and what arrives: it is to be read from its spans.
  var rereadsMessages = false
  /// Empty for a trace of few spans: those are compared one by one.
  private var positions: [SpanID: Int] = [:]
  private static let fewSpans = 12
  /// What facts and records hold apart from the arrays that they stand in, in bytes, about.
  private var heldBytes = 0
  /// For the cache: memory in bytes, about; 1 KiB for the state itself, its entry and what they refer to.
  var estimatedBytes: Int {
    1_024 + heldBytes + facts.capacity * MemoryLayout<SpanFacts>.stride
      + places.capacity * MemoryLayout<SpanPlace>.stride + spanIDs.capacity * MemoryLayout<SpanID>.stride
      + positions.capacity * 2 * MemoryLayout<SpanID>.stride
  }

  init(traceID: TraceID) { self.traceID = traceID }

  func position(of spanID: SpanID) -> Int? {
    facts.count <= Self.fewSpans ? spanIDs.firstIndex(of: spanID) : positions[spanID]
  }

  func append(_ facts: consuming SpanFacts, at place: SpanPlace) {
    resolved = nil
    heldBytes += facts.heldBytes
    spanIDs.append(facts.spanID)
    if spanIDs.count > Self.fewSpans {
      if positions.isEmpty {
        for (index, spanID) in spanIDs.enumerated() { positions[spanID] = index }
      } else {
        positions[facts.spanID] = spanIDs.count - 1
      }
    }
    // Most traces have a handful of spans, many have one.
    if self.facts.count == 1 {
      self.facts.reserveCapacity(4)
      places.reserveCapacity(4)
      spanIDs.reserveCapacity(4)
    }
    places.append(place)
    // Moved: facts are large to copy.
    self.facts.append(consume facts)
  }

  /// False: the record is there already.
  func insert(log canonical: [UInt8]) -> Bool {
    guard logs.insert(canonical).inserted else { return false }
    heldBytes += canonical.count + 64
    return true
  }

  func replace(_ facts: SpanFacts, at position: Int, place: SpanPlace) {
    refresh(facts, at: position)
    places[position] = place
  }

  /// The trace's summary as it is now; nil without spans. Kept until `releaseSummary`, or until something changes.
  func summary() -> TraceSummary? {
    if let resolved { return resolved }
    resolved = TraceSummary(resolving: facts, duplicateCalls: duplicateCalls)
    return resolved
  }

  func releaseSummary() { resolved = nil }

  func take(arrivedMessages digests: [UInt64]) { arrivedMessages += digests }

  func forgetArrivedMessages() {
    arrivedMessages = []
    rereadsMessages = false
  }

  func settle(spanAt position: Int, at location: ItemLocation) { places[position] = .stored(location) }

  func refresh(_ facts: SpanFacts, at position: Int) {
    resolved = nil
    heldBytes += facts.heldBytes - self.facts[position].heldBytes
    self.facts[position] = facts
  }
}
