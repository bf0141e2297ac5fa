package import Conversations
import SQLite
package import Telemetry

/// What text search is asked. A nil member asks nothing; the others ask about the trace that says a message first.
package struct SearchQuestion: Sendable {
  package var query: TextQuery
  package var project: ProjectName?
  package var userID: UserID?
  package var sessionID: SessionID?
  /// Messages of traces whose time range overlaps [from, to].
  package var from: UnixNanoseconds?
  package var to: UnixNanoseconds?
  package var role: MessageRole?
  /// 1…`Limits.pageRowsMax`.
  package var limit: Int
  package var cursor: Cursor?
  package var wantsTotal = false
  /// Scores are made from the messages of `project` that are found, so that they tell nothing of other projects. That
  /// looks at each message that is found anywhere.
  package var ranksWithinProject = false

  package init(_ query: TextQuery, limit: Int) {
    self.query = query
    self.limit = limit
  }

  /// The order that a cursor names: by score, then newest trace, then trace ID, then digest.
  package static let order = Sort(key: .endTime, descending: true)
}

/// A message that was found, where it was said first.
package struct SearchRow: Sendable {
  package var project: ProjectName
  package var sessionID: SessionID?
  package var sessionName: SessionName?
  package var userID: UserID?
  /// The turn's index in the session, or in its trace where there is no session, from 1; nil: the message is in no turn.
  package var turn: Int64?
  package var traceID: TraceID
  package var spanID: SpanID
  package var role: MessageRole
  /// The start of the trace.
  package var time: UnixNanoseconds
  package var score: Double
  package var snippet: Snippet
}

extension Store {
  /// The messages that the query finds, best first: by BM25 score, then the newest trace, then IDs.
  package func search(_ question: SearchQuestion) async throws(StoreError) -> Page<SearchRow> {
    let conventions = configuration.conventions
    let limits = configuration.limits
    return try await readers.read("searching") { reader in
      let deadline = Deadline(limits)
      try SearchState.check(reader.database)
      let search = try TextSearch(question.query, reader.database, deadline)
      let hits = try SearchHits(question, reader.database, deadline)
      let found = try hits.page(of: search)
      var places = TurnPlaces(reader.database)
      var rows: [SearchRow] = []
      for hit in found.hits.prefix(question.limit) {
        try deadline.check()
        let said = try SaidPlace(hit, reader, conventions, limits)
        rows.append(try said.row(question.query, &places, limits))
      }
      let last = found.hits.count > question.limit ? found.hits.prefix(question.limit).last : nil
      return Page(rows: rows, next: last?.cursor, total: found.total)
    }
  }
}

/// A match with what orders and filters it.
struct SearchHit {
  var message: Int64
  var score: Double
  var digest: UInt64
  var role: MessageRole
  var trace: Int64
  var traceID: TraceID
  var start: Int64
  var end: Int64
  var project: Int64
  var session: Int64?
  var user: Int64?

  func precedes(_ other: SearchHit) -> Bool {
    if score != other.score { return score > other.score }
    if start != other.start { return start > other.start }
    return traceID == other.traceID ? digest < other.digest : traceID < other.traceID
  }

  /// Behind the cursor in the order of `precedes`.
  func isBehind(_ cursor: Cursor) -> Bool {
    let place = Self.place(start, traceID, digest)
    guard let bits = cursor.value else { return true }
    let value = Int64(bitPattern: score.bitPattern)
    if value != bits { return value < bits }
    return cursor.id.lexicographicallyPrecedes(place)
  }

  /// The score's bits: of numbers that are not negative they have the order of the numbers.
  var cursor: Cursor {
    Cursor(
      sort: SearchQuestion.order, value: Int64(bitPattern: score.bitPattern), id: Self.place(start, traceID, digest))
  }

  /// Bytes that are ordered as time from new to old, trace ID, digest.
  private static func place(_ start: Int64, _ traceID: TraceID, _ digest: UInt64) -> [UInt8] {
    let time = ~(UInt64(bitPattern: start) ^ 1 << 63)
    return bigEndian(time) + traceID.bytes + bigEndian(digest)
  }

  private static func bigEndian(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
  }
}

/// Filters and orders matches.
struct SearchHits {
  private let question: SearchQuestion
  private let database: Database
  private let deadline: Deadline
  private var project: Int64?
  private var session: Int64?
  private var users: Set<Int64>?
  /// The messages of the one session that is asked about.
  private var ofSession: Set<Int64>?
  private var isEmpty = false

  init(_ question: SearchQuestion, _ database: Database, _ deadline: Deadline) throws {
    self.question = question
    self.database = database
    self.deadline = deadline
    let lookups = Lookups(database: database)
    if let name = question.project {
      project = try lookups.project(name)
      if project == nil { isEmpty = true }
    }
    if let user = question.userID { users = Set(try lookups.users(user, project: project)) }
    if let id = question.sessionID {
      session = try lookups.session(id)
      if session == nil { isEmpty = true }
      ofSession = try session.map { try database.messages(ofOwner: $0) }
    }
  }

  /// The hits of one page and one more, in order.
  func page(of search: TextSearch) throws -> (hits: [SearchHit], total: Int64?) {
    if isEmpty { return ([], question.wantsTotal ? 0 : nil) }
    var matches = question.ranksWithinProject ? try search.ranked(among: isOfProject) : search.ranked()
    if let ofSession { matches.removeAll { !ofSession.contains($0.message) } }
    var total = filters ? 0 : Int64(matches.count)
    let countsThem = question.wantsTotal && filters
    var ranked = RankedMatches(matches)
    var hits: [SearchHit] = []
    while hits.count <= question.limit || countsThem, let score = ranked.bestScore {
      try deadline.check()
      let equals = ranked.takeBest()
      let isBefore = question.cursor?.value.map { Int64(bitPattern: score.bitPattern) > $0 } ?? false
      if isBefore && !countsThem { continue }
      var group: [SearchHit] = []
      for (number, message) in equals.enumerated() {
        if number % 1_024 == 1_023 { try deadline.check() }
        if let hit = try hit((message, score)), isWanted(hit) { group.append(hit) }
      }
      if filters { total += Int64(group.count) }
      if hits.count <= question.limit {
        group.sort { $0.precedes($1) }
        hits += question.cursor.map { cursor in group.filter { $0.isBehind(cursor) } } ?? group
      }
    }
    return (Array(hits.prefix(question.limit + 1)), question.wantsTotal ? total : nil)
  }

  /// Whether a match has to be looked at to know whether it counts.
  private var filters: Bool {
    project != nil || users != nil || question.from != nil || question.to != nil || question.role != nil
  }

  private func isOfProject(_ message: Int64) throws -> Bool {
    try deadline.check()
    return try hit((message: message, score: 0))?.project == project
  }

  private func hit(_ match: (message: Int64, score: Double)) throws -> SearchHit? {
    let statement = try database.statement("find_search_row")
    statement.bind(match.message, at: 1)
    guard try statement.step() else { throw SegmentDamage.error }
    defer { statement.reset() }
    guard let role = UInt8(exactly: statement.integer(1)).flatMap(MessageRole.init(rawValue:)),
      let traceID = TraceID(bytes: statement.bytes(3))
    else { throw SegmentDamage.error }
    return SearchHit(
      message: match.message, score: match.score, digest: UInt64(bitPattern: statement.integer(0)), role: role,
      trace: statement.integer(2), traceID: traceID, start: statement.integer(4), end: statement.integer(5),
      project: statement.integer(6), session: statement.optionalInteger(7), user: statement.optionalInteger(8))
  }

  private func isWanted(_ hit: SearchHit) -> Bool {
    if let project, hit.project != project { return false }
    if let users, !(hit.user.map { users.contains($0) } ?? false) { return false }
    if let from = question.from, hit.end < from.stored { return false }
    if let to = question.to, hit.start > to.stored { return false }
    if let role = question.role, hit.role != role { return false }
    return true
  }
}

extension Database {
  func messages(ofOwner owner: Int64) throws -> Set<Int64> {
    let statement = try statement("list_messages_of_owner")
    statement.bind(owner, at: 1)
    var keys: Set<Int64> = []
    while try statement.step() { keys.insert(statement.integer(0)) }
    return keys
  }
}

extension SearchState {
  /// Answers only from an index that is whole.
  static func check(_ database: Database) throws {
    guard try database.counter(formatName) == format else { throw SearchRefusal.off }
    if let position = try database.counter(positionName) {
      let all = try database.connection.integer("SELECT max(trace_key) FROM trace") ?? 0
      throw StoreError.unavailable(
        "the text index is being built: \(all > 0 ? position * 100 / all : 0) % are done; ask again in a moment")
    }
  }
}

enum SearchRefusal {
  static let off = StoreError.switchedOff(
    "This server runs without text search: start it with --search on (or STENO_SEARCH=on) to build the index.")
}
