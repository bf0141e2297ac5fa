import Conversations
import Filters
import SQLite
package import Telemetry

extension Store {
  package func sessions(_ question: ListQuestion) async throws(StoreError) -> Page<SessionRow> {
    let conventions = configuration.conventions
    return try await readers.read("listing sessions") { reader in
      if let user = try SessionList.orderedUser(question, Lookups(database: reader.database)) {
        let conditions = try SessionList.conditions(question, ofUser: user, reader.database)
        return try SessionList.rowsOfUser.page(question, conditions, reader, conventions)
      }
      let conditions = try SessionList.conditions(question, reader)
      return try SessionList.rows(by: question.sort.key).page(question, conditions, reader, conventions)
    }
  }

  package func session(_ id: SessionID) async throws(StoreError) -> SessionDetail? {
    try await readers.read("reading a session") { reader in
      let database = reader.database
      guard let (key, row) = try SessionColumns.find(id, in: database) else { return nil }
      let keys = try database.statement("list_metadata_keys")
      keys.bind(key, at: 1)
      var metadataKeys: [String] = []
      while try keys.step() { metadataKeys.append(keys.text(0)) }
      return SessionDetail(
        row: row, previous: try SessionList.neighbour("find_previous_session", of: row, in: database),
        next: try SessionList.neighbour("find_next_session", of: row, in: database), metadataKeys: metadataKeys)
    }
  }
}

/// How the list of sessions is filtered and ordered.
enum SessionList {
  static func rows(by key: Sort.Key) -> RowList<SessionRow> {
    let column = column(key)
    return RowList(
      list: .sessions, listing: "list_sessions", counting: "count_sessions", column: column.name,
      isNullable: column.isNullable, identity: "s.id", id: { $0.id.bytes },
      read: { statement in
        ListedRow(
          row: try SessionColumns.row(statement), value: statement.optionalInteger(column.index),
          spans: .session(key: statement.integer(0)))
      }, field: { $0.value(of: $1) })
  }

  /// One user's sessions, ordered by their end: the index of `user_session` holds them so, and a page costs the same
  /// however many the user has.
  static var rowsOfUser: RowList<SessionRow> {
    var list = rows(by: .endTime)
    list.listing = "list_sessions_of_user"
    list.counting = "count_sessions_of_user"
    list.column = "u.end_time"
    return list
  }

  /// The user's key where `rowsOfUser` answers the question: it is known in one project, none of its sessions has too many
  /// users to be in the index, and nothing else that is asked names sessions.
  static func orderedUser(_ question: ListQuestion, _ lookups: Lookups) throws -> Int64? {
    guard let user = question.userID, question.sort.key == .endTime, question.text == nil, question.sessionID == nil,
      question.sessionName == nil
    else { return nil }
    var projectKey: Int64?
    if let project = question.project {
      guard let key = try lookups.project(project) else { return nil }
      projectKey = key
    }
    let keys = try lookups.users(user, project: projectKey)
    guard keys.count == 1 else { return nil }
    let isCrowded = try lookups.database.statement("has_crowded_session")
    isCrowded.bind(keys[0], at: 1)
    defer { isCrowded.reset() }
    return try isCrowded.step() && isCrowded.integer(0) == 0 ? keys[0] : nil
  }

  static func conditions(_ question: ListQuestion, ofUser key: Int64, _ database: Database) throws -> Conditions {
    var others = question
    others.userID = nil
    var conditions = Conditions()
    conditions.add("u.user_key = ?", .integer(key))
    if let from = question.from { conditions.add("u.end_time >= ?", .integer(from.stored)) }
    let rest = try Self.conditions(others, Lookups(database: database))
    conditions.add(rest.text, all: rest.values)
    return conditions
  }

  /// All conditions of the question that rows and the text index answer.
  static func conditions(_ question: ListQuestion, _ reader: Reader) throws -> Conditions {
    var conditions = try conditions(question, Lookups(database: reader.database))
    if let text = question.text {
      let matches = try SearchMatches(text, reader.database, reader.payload.limits)
      conditions.add("s.session_key", isAmong: try matches.owners())
    }
    return conditions
  }

  static func conditions(_ question: ListQuestion, _ lookups: Lookups) throws -> Conditions {
    var conditions = Conditions()
    var projectKey: Int64?
    if let project = question.project {
      projectKey = try lookups.project(project)
      conditions.add("s.project_key", isOneOf: [projectKey].compactMap { $0 })
    }
    if let user = question.userID {
      let keys = try lookups.users(user, project: projectKey)
      var ofUser = Conditions()
      ofUser.add("user_key", isOneOf: keys)
      conditions.add(
        "s.session_key IN (SELECT session_key FROM user_session WHERE \(ofUser.text))", all: ofUser.values)
    }
    if let id = question.sessionID { conditions.add("s.id = ?", .bytes(id.bytes)) }
    if let name = question.sessionName {
      conditions.add("s.session_key", isOneOf: try lookups.sessions(name, project: question.project))
    }
    if let from = question.from { conditions.add("s.end_time >= ?", .integer(from.stored)) }
    if let to = question.to { conditions.add("s.start_time <= ?", .integer(to.stored)) }
    if let status = question.status { conditions.add("s.status = ?", .integer(status.rawValue)) }
    for (member, value) in [("m", question.model), ("t", question.tag), ("s", question.service)] {
      guard let value else { continue }
      conditions.add(
        "EXISTS (SELECT 1 FROM json_each(s.tally, '$.\(member)') WHERE json_extract(value, '$[0]') = ?)", .text(value))
    }
    if let least = question.minDurationMilliseconds {
      conditions.add("s.duration >= ?", .integer(nanoseconds(milliseconds: least)))
    }
    if let least = question.minTokens { conditions.add("s.total_tokens >= ?", .integer(least)) }
    if let bookmarked = question.bookmarked {
      conditions.add("coalesce(n.bookmarked, 0) = ?", .integer(bookmarked ? 1 : 0))
    }
    if let filter = question.filter { try FilterLowering.add(filter, to: &conditions, lookups) }
    return conditions
  }

  /// The column of a sort key, its place in the statement's columns, and whether it may be NULL.
  static func column(_ key: Sort.Key) -> (name: String, index: Int32, isNullable: Bool) {
    switch key {
    case .endTime: ("s.end_time", 5, false)
    case .startTime: ("s.start_time", 4, false)
    case .duration: ("s.duration", 20, false)
    case .traceCount: ("s.trace_count", 6, false)
    case .tokens: ("s.total_tokens", 21, true)
    case .cost: ("s.cost", 11, true)
    case .errorCount: ("s.error_count", 9, false)
    }
  }

  static func neighbour(_ query: String, of row: SessionRow, in database: Database) throws -> SessionID? {
    let statement = try database.statement(named: query)
    statement.bind(row.endTime.stored, at: 1)
    statement.bind(row.id.bytes, at: 2)
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    return SessionID(bytes: statement.bytes(0))
  }
}

/// The columns that every statement on sessions selects, in their order.
enum SessionColumns {
  static func find(_ id: SessionID, in database: Database) throws -> (key: Int64, row: SessionRow)? {
    let statement = try database.statement("find_session")
    statement.bind(id.bytes, at: 1)
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    return (statement.integer(0), try row(statement))
  }

  static func row(_ statement: Statement) throws -> SessionRow {
    guard let id = SessionID(bytes: statement.bytes(1)), let status = RowStatus(rawValue: statement.integer(10)) else {
      throw StoreError.unusable("a session row of the database is damaged", hint: "run `steno verify --repair`")
    }
    let tally = try statement.withText(17) { try ShownTally(json: $0) }
    return SessionRow(
      id: id, name: SessionName(statement.text(2)), project: ProjectName(statement.text(3)),
      displayName: statement.optionalText(18), bookmarked: statement.integer(19) == 1,
      traceCount: statement.integer(6), turnCount: statement.integer(7), spanCount: statement.integer(8),
      errorCount: statement.integer(9), startTime: UnixNanoseconds(stored: statement.integer(4)),
      endTime: UnixNanoseconds(stored: statement.integer(5)), firstMessage: statement.optionalText(12),
      lastMessage: statement.optionalText(13), firstReply: statement.optionalText(14),
      lastReply: statement.optionalText(15), userID: statement.optionalText(16).map(UserID.init),
      userIDs: tally.users.map(UserID.init), tokens: tally.tokens,
      cost: statement.optionalInteger(11).map(PicoDollars.init), status: status, models: tally.models,
      tags: tally.tags, services: tally.services,
      warnings: WarningCoding.warnings(tally.warnings))
  }
}

func nanoseconds(milliseconds: Double) -> Int64 {
  let nanoseconds = (milliseconds * 1e6).rounded(.up)
  if nanoseconds.isNaN || nanoseconds <= 0 { return 0 }
  return nanoseconds >= 9.2e18 ? .max : Int64(nanoseconds)
}
