import Conversations
import SQLite
import Telemetry

/// The table of model calls that name their response. Equal responses within one session are one call: the span with
/// messages counts, then the earliest start, then trace ID, then span ID.
struct CallRows {
  private let database: Database

  init(_ database: Database) { self.database = database }

  /// Brings the table up to date with the changes. Returns the keys of the traces of which other calls count than did.
  func replace(_ changes: [Change]) throws -> [Int64] {
    var contested: Set<Response> = []
    var affected: Set<Int64> = []
    for change in changes {
      let state = change.state
      guard let key = state.key else { continue }
      let previous = state.calls.map { call in state.sessionKey.map { Response(session: $0, response: call.response) } }
      let unchanged = state.sessionKey == change.sessionKey && state.calls == change.calls
      if unchanged { continue }
      if !state.calls.isEmpty {
        let statement = try database.statement("delete_calls_of_trace")
        statement.bind(key, at: 1)
        try statement.run()
      }
      contested.formUnion(previous.compactMap { $0 })
      // What was another's call in the session before need not be one in the next.
      if !state.duplicateCalls.isEmpty { affected.insert(key) }
      state.calls = change.calls
      guard let session = change.sessionKey else { continue }
      for call in change.calls {
        try insert(call, of: state.traceID, key: key, session: session)
        contested.insert(Response(session: session, response: call.response))
      }
    }
    for response in contested { affected.formUnion(try settle(response)) }
    return affected.sorted()
  }

  /// The spans of a trace whose call another span counts for.
  func duplicates(ofTrace key: Int64) throws -> Set<SpanID> {
    let statement = try database.statement("list_duplicate_calls")
    statement.bind(key, at: 1)
    var spans: Set<SpanID> = []
    while try statement.step() {
      if let spanID = SpanID(bytes: statement.bytes(0)) { spans.insert(spanID) }
    }
    return spans
  }

  private struct Response: Hashable {
    var session: Int64
    var response: UInt64
  }

  private func insert(_ call: CallIdentity, of traceID: TraceID, key: Int64, session: Int64) throws {
    let statement = try database.statement("insert_call")
    statement.bind(session, at: 1)
    statement.bind(Int64(bitPattern: call.response), at: 2)
    statement.bind(key, at: 3)
    statement.bind(traceID.bytes, at: 4)
    statement.bind(call.spanID.bytes, at: 5)
    statement.bind(call.startTime.stored, at: 6)
    statement.bind(call.hasMessages ? 1 : 0, at: 7)
    try statement.run()
  }

  /// Marks every call of a response but the first in order. Returns the traces in which a mark changed.
  private func settle(_ response: Response) throws -> Set<Int64> {
    let statement = try database.statement("list_calls_of_response")
    statement.bind(response.session, at: 1)
    statement.bind(Int64(bitPattern: response.response), at: 2)
    var changed: [(trace: Int64, span: [UInt8], isDuplicate: Bool)] = []
    var isFirst = true
    while try statement.step() {
      let wasDuplicate = statement.integer(3) == 1
      if wasDuplicate == isFirst { changed.append((statement.integer(0), statement.bytes(2), !isFirst)) }
      isFirst = false
    }
    for mark in changed {
      let statement = try database.statement("mark_call")
      statement.bind(response.session, at: 1)
      statement.bind(Int64(bitPattern: response.response), at: 2)
      statement.bind(mark.trace, at: 3)
      statement.bind(mark.span, at: 4)
      statement.bind(mark.isDuplicate ? 1 : 0, at: 5)
      try statement.run()
    }
    return Set(changed.map(\.trace))
  }
}
