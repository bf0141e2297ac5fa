package import Filters
package import Telemetry

/// What a list is asked for; the same parameters mean the same in every list. A nil member asks nothing.
package struct ListQuestion: Sendable {
  package var project: ProjectName?
  package var userID: UserID?
  package var sessionID: SessionID?
  package var sessionName: SessionName?
  /// Rows whose time range overlaps [from, to].
  package var from: UnixNanoseconds?
  package var to: UnixNanoseconds?
  package var status: RowStatus?
  package var model: String?
  package var tag: String?
  package var service: String?
  package var minDurationMilliseconds: Double?
  package var minTokens: Int64?
  package var bookmarked: Bool?
  /// Made for the list that is asked.
  package var filter: Filter?
  /// Rows in which some message matches.
  package var text: TextQuery?
  package var sort = Sort(key: .endTime, descending: true)
  /// 1…`Limits.pageRowsMax`.
  package var limit: Int
  package var cursor: Cursor?
  package var wantsTotal = false

  package init(limit: Int) { self.limit = limit }
}

package enum RowStatus: Int64, Sendable, CaseIterable { case ok = 0, error = 1, pending = 2 }

/// The order of a list; ID ascending breaks ties, rows without the value come last in either direction.
package struct Sort: Sendable, Hashable {
  package enum Key: String, Sendable, CaseIterable {
    case endTime = "end_time"
    case startTime = "start_time"
    case duration = "duration_ms"
    case traceCount = "trace_count"
    case tokens
    case cost = "cost_usd"
    case errorCount = "error_count"
  }

  package var key: Key
  package var descending: Bool

  package init(key: Key, descending: Bool) {
    self.key = key
    self.descending = descending
  }
}

/// One page of a list.
package struct Page<Row: Sendable>: Sendable {
  package var rows: [Row]
  /// Where the next page starts; nil on the last one.
  package var next: Cursor?
  /// How many rows the question has in all, where it asked.
  package var total: Int64?

  package init(rows: [Row], next: Cursor?, total: Int64?) {
    self.rows = rows
    self.next = next
    self.total = total
  }
}

/// The place behind a row in one order: the row's sort value and its ID. Opaque to clients.
package struct Cursor: Sendable, Hashable {
  package var sort: Sort
  /// nil: the row has no such value.
  package var value: Int64?
  /// The ID's bytes: a session ID, a trace ID, or the UTF-8 of a name.
  package var id: [UInt8]

  package init(sort: Sort, value: Int64?, id: [UInt8]) {
    self.sort = sort
    self.value = value
    self.id = id
  }
}
