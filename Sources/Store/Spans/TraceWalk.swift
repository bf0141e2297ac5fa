import SQLite
import Telemetry

/// A trace that may hold spans that are asked for, as its row tells.
struct TracePlace {
  let key: Int64
  let id: TraceID
  let startTime: UnixNanoseconds
  let endTime: UnixNanoseconds
  /// Nanoseconds.
  let duration: Int64
  let spanCount: Int64

  init(_ statement: Statement) throws {
    guard let id = TraceID(bytes: statement.bytes(1)) else {
      throw StoreError.unusable("a trace row of the database is damaged", hint: "run `steno verify --repair`")
    }
    key = statement.integer(0)
    self.id = id
    startTime = UnixNanoseconds(stored: statement.integer(2))
    endTime = UnixNanoseconds(stored: statement.integer(3))
    duration = statement.integer(4)
    spanCount = statement.integer(5)
  }
}

/// Walks traces in an order of their rows, a few at a time, so that who has seen enough can stop.
struct TraceWalk {
  enum Order {
    /// By end, the latest first; of equal ends by ID.
    case latestEnd
    case earliestStart
    case longest
    case byID
    /// As they were first stored: the order in which reading them all is cheapest.
    case byKey
    /// The same order of a few traces that an index finds: SQLite is not to look for them in the order of keys.
    case fewByKey
  }

  private let database: Database
  private let conditions: Conditions
  private let order: Order
  private var chunkMax: Int
  private var chunk: [TracePlace] = []
  private var at = 0
  private var isLast = false

  private static let largestChunk = 32_768

  init(_ database: Database, _ conditions: Conditions, _ order: Order, firstChunk: Int = 64) {
    self.database = database
    self.conditions = conditions
    self.order = order
    chunkMax = firstChunk
  }

  /// nil at the end.
  mutating func next() throws -> TracePlace? {
    if at == chunk.count {
      if isLast { return nil }
      try readChunk()
      if chunk.isEmpty { return nil }
    }
    at += 1
    return chunk[at - 1]
  }

  private mutating func readChunk() throws {
    var behind = conditions
    if let last = chunk.last { behind.add(behind: last, in: order) }
    let statement = try database.statement(
      "list_trace_places", conditions: behind, order: order.text, limit: chunkMax)
    chunk.removeAll(keepingCapacity: true)
    at = 0
    while try statement.step() { chunk.append(try TracePlace(statement)) }
    isLast = chunk.count < chunkMax
    chunkMax = min(4 * chunkMax, Self.largestChunk)
  }
}

extension TraceWalk.Order {
  fileprivate var text: String {
    switch self {
    case .latestEnd: "t.end_time DESC, t.trace_id"
    case .earliestStart: "t.start_time, t.trace_id"
    case .longest: "t.duration DESC, t.trace_id"
    case .byID: "t.trace_id"
    case .byKey: "t.trace_key"
    case .fewByKey: "+t.trace_key"
    }
  }
}

extension Conditions {
  fileprivate mutating func add(behind place: TracePlace, in order: TraceWalk.Order) {
    let id = Value.bytes(place.id.bytes)
    switch order {
    case .latestEnd:
      let end = Value.integer(place.endTime.stored)
      add("t.end_time <= ? AND (t.end_time < ? OR t.trace_id > ?)", end, end, id)
    case .earliestStart:
      let start = Value.integer(place.startTime.stored)
      add("t.start_time >= ? AND (t.start_time > ? OR t.trace_id > ?)", start, start, id)
    case .longest:
      let duration = Value.integer(place.duration)
      add("t.duration <= ? AND (t.duration < ? OR t.trace_id > ?)", duration, duration, id)
    case .byID: add("t.trace_id > ?", id)
    case .byKey, .fewByKey: add("t.trace_key > ?", .integer(place.key))
    }
  }
}
