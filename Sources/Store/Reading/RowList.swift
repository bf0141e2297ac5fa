import Conversations
import Filters
import SQLite
import Telemetry

/// A row of a list with its place in the list's order, and where its spans are.
struct ListedRow<Row: Sendable> {
  var row: Row
  var value: Int64?
  var spans: SpanTraces
}

/// A list that can be filtered: how its rows are found, ordered and read.
struct RowList<Row: Sendable> {
  var list: FilteredList
  /// The statements of `Queries/` that list and count its rows.
  var listing: String
  var counting: String
  /// What it is ordered by.
  var column: String
  var isNullable: Bool
  /// What breaks ties, in SQL; of a row; and of a cursor.
  var identity: String
  var id: (Row) -> [UInt8]
  var read: (Statement) throws -> ListedRow<Row>
  var field: (Row, RowField) -> RowValue

  /// - Parameter conditions: those of the question, the filter's among them as far as rows answer it.
  func page(
    _ question: ListQuestion, _ conditions: Conditions, _ reader: Reader, _ conventions: Conventions
  ) throws -> Page<Row> {
    if let search = SpanSearch(question.filter, reader, conventions) {
      return try searched(question, conditions, reader, search)
    }
    let found = try rows(behind: question.cursor, question.sort, conditions, question.limit + 1, reader.database)
    let total = try question.wantsTotal ? reader.database.count(counting, conditions) : nil
    return page(found, question, total)
  }

  /// Calls `use` with every row of which the question holds, whatever its page.
  func forEach(
    _ question: ListQuestion, _ conditions: Conditions, _ reader: Reader, _ conventions: Conventions,
    _ use: (Row) -> Void
  ) throws {
    let search = SpanSearch(question.filter, reader, conventions)
    try walk(from: nil, question, conditions, reader, search) { listed in
      if try search?.accepts(listed.spans, row: { field(listed.row, $0) }) ?? true { use(listed.row) }
      return true
    }
  }

  /// Asks the spans of row after row in the list's order until the page is full; of all rows where the total is wanted.
  private func searched(
    _ question: ListQuestion, _ conditions: Conditions, _ reader: Reader, _ search: SpanSearch
  ) throws -> Page<Row> {
    var found: [ListedRow<Row>] = []
    try walk(from: question.cursor, question, conditions, reader, search) { listed in
      if try search.accepts(listed.spans, row: { field(listed.row, $0) }) { found.append(listed) }
      return found.count <= question.limit
    }
    var total: Int64?
    if question.wantsTotal {
      var count: Int64 = 0
      try walk(from: nil, question, conditions, reader, search) { listed in
        if try search.accepts(listed.spans, row: { field(listed.row, $0) }) { count += 1 }
        return true
      }
      total = count
    }
    return page(found, question, total)
  }

  /// Rows in batches that grow, until `visit` answers false. Once the search knows which rows it may find, no others are
  /// read.
  private func walk(
    from start: Cursor?, _ question: ListQuestion, _ conditions: Conditions, _ reader: Reader, _ search: SpanSearch?,
    _ visit: (ListedRow<Row>) throws -> Bool
  ) throws {
    var conditions = conditions
    var isNarrow = false
    var cursor = start
    var size = question.limit + 1
    while true {
      if !isNarrow, let search, search.knowsCandidates {
        if let keys = try search.candidates(of: list) { conditions.add(keyColumn, isAmong: keys) }
        isNarrow = true
      }
      let batch = try rows(behind: cursor, question.sort, conditions, size, reader.database)
      for listed in batch {
        try reader.checkTime()
        if try !visit(listed) { return }
      }
      guard batch.count == size, let last = batch.last else { return }
      cursor = Cursor(sort: question.sort, value: last.value, id: id(last.row))
      size = min(4 * size, Self.batchRowsMax)
    }
  }

  private var keyColumn: String {
    switch list {
    case .sessions: "s.session_key"
    case .traces, .spans: "t.trace_key"
    case .users: "u.user_key"
    }
  }

  private func rows(
    behind cursor: Cursor?, _ sort: Sort, _ conditions: Conditions, _ limit: Int, _ database: Database
  ) throws -> [ListedRow<Row>] {
    var behind = conditions
    if let cursor {
      behind.add(
        behind: cursor, column: column, id: identity, isNullable: isNullable, idValue: .bytes(cursor.id))
    }
    let statement = try database.statement(
      listing, conditions: behind, order: Conditions.order(sort, column: column, id: identity), limit: limit)
    var rows: [ListedRow<Row>] = []
    while try statement.step() { rows.append(try read(statement)) }
    return rows
  }

  private func page(_ found: [ListedRow<Row>], _ question: ListQuestion, _ total: Int64?) -> Page<Row> {
    Page(
      found.map { ($0.row, $0.value) }, limit: question.limit, sort: question.sort, total: total, id: id)
  }

  /// A batch is held in memory, a few KiB a row.
  private static var batchRowsMax: Int { 2_048 }
}
