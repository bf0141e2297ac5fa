import Conversations
import SQLite
import Telemetry

/// Counts how a commit changes the number of neighbouring traces that are one turn together (a tool round trip over two
/// traces). Only the neighbours of a changed trace, where it was and where it is, can change; they are looked at before
/// the rows are written and after.
struct TurnNeighbours {
  private struct Place: Hashable {
    var startTime: UnixNanoseconds
    var traceID: TraceID
  }

  private struct Pair: Hashable {
    var first: TraceID
    var second: TraceID
  }

  private let database: Database
  private var places: [Int64: Set<Place>] = [:]
  private var before: [Int64: Set<Pair>] = [:]

  init(_ database: Database) { self.database = database }

  /// Before the rows are written: the trace is or will be at this place of the session.
  mutating func note(_ entry: TraceEntry, inSession key: Int64) throws {
    let place = Place(startTime: entry.startTime, traceID: entry.traceID)
    guard places[key, default: []].insert(place).inserted else { return }
    before[key, default: []].formUnion(try continuing(around: place, inSession: key))
  }

  /// After the rows are written: continued turns now less those before.
  func difference(inSession key: Int64) throws -> Int64 {
    guard let noted = places[key] else { return 0 }
    var after: Set<Pair> = []
    for place in noted { after.formUnion(try continuing(around: place, inSession: key)) }
    return Int64(after.count - (before[key]?.count ?? 0))
  }

  private func continuing(around place: Place, inSession key: Int64) throws -> Set<Pair> {
    let chain = try ["previous_turn_trace", "turn_trace_at", "next_turn_trace"].compactMap { query in
      try neighbour(query, of: place, inSession: key)
    }
    var pairs: Set<Pair> = []
    for (first, second) in zip(chain, chain.dropFirst()) {
      if let question = first.detail.opens, question == second.detail.continues {
        pairs.insert(Pair(first: first.traceID, second: second.traceID))
      }
    }
    return pairs
  }

  private func neighbour(
    _ query: String, of place: Place, inSession key: Int64
  ) throws -> (traceID: TraceID, detail: TraceDetail)? {
    let statement = try database.statement(named: query)
    statement.bind(key, at: 1)
    statement.bind(place.startTime.stored, at: 2)
    statement.bind(place.traceID.bytes, at: 3)
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    guard let traceID = TraceID(bytes: statement.bytes(0)) else { return nil }
    return (traceID, try TraceDetail(json: statement.text(1)))
  }
}
