import Filters
import Store
import Telemetry

extension ListQuestion {
  /// Reads the parameters that lists share.
  ///
  /// - Parameters:
  ///   - sorts: the orders that may be asked for; none: `sort` is no parameter of this list.
  ///   - order: the order that it has unasked, where that is not the one of most lists.
  init(
    _ query: inout Query, of list: CursorText.List, sorts: [Sort.Key], limits: Limits, default order: Sort? = nil
  ) throws(Failure) {
    self.init(limit: try query.limit(limits))
    if let order { sort = order }
    try readSort(&query, among: sorts)
    if let text = try query.take("cursor") {
      guard let cursor = CursorText.decode(text, of: list, sort: sort) else {
        throw .invalidParameter(name: "cursor", "The value is no cursor of this list in this order.")
      }
      self.cursor = cursor
    }
    wantsTotal = try query.flag("total") ?? false
  }

  /// Reads the order; one without keys to sort by has no such parameter.
  mutating func readSort(_ query: inout Query, among sorts: [Sort.Key]) throws(Failure) {
    if !sorts.isEmpty, let text = try query.take("sort") { sort = try Self.sort(text, among: sorts) }
  }

  /// Reads the conditions that the session, trace and span lists share.
  private mutating func readConditions(_ query: inout Query) throws(Failure) {
    project = try query.take("project").map(ProjectName.init)
    userID = try query.take("user_id").map(UserID.init)
    sessionID = try query.sessionID()
    sessionName = try query.take("session").map(SessionName.init)
    from = try query.time("from")
    to = try query.time("to")
    if let text = try query.take("status") {
      guard let status = RowStatus.allCases.first(where: { $0.text == text }) else {
        throw .invalidParameter(name: "status", "The value is none of ok, error and pending.")
      }
      self.status = status
    }
    model = try query.take("model")
    tag = try query.take("tag")
    service = try query.take("service")
    minDurationMilliseconds = try query.number("min_duration_ms")
    minTokens = try query.integer("min_tokens", in: 0...Int64.max)
    bookmarked = try query.flag("bookmarked")
  }

  /// Reads all that narrows a list: its conditions, the words to look for, and its filter.
  mutating func readNarrowing(_ query: inout Query, of list: FilteredList, limits: Limits) throws(Failure) {
    try readConditions(&query)
    text = try query.textQuery(limits)
    try readFilter(&query, of: list, limits: limits)
  }

  /// Reads the filter of a list.
  mutating func readFilter(_ query: inout Query, of list: FilteredList, limits: Limits) throws(Failure) {
    guard let text = try query.take("filter") else { return }
    do throws(FilterError) {
      filter = try Filter(text, for: list, limits: limits)
    } catch {
      throw .invalidFilter(error)
    }
  }

  private static func sort(_ text: String, among keys: [Sort.Key]) throws(Failure) -> Sort {
    let descending = text.utf8.first == UInt8(ascii: "-")
    let name = descending ? text.dropFirst() : text[...]
    guard let key = Sort.Key(rawValue: String(name)), keys.contains(key) else {
      let names = keys.map(\.rawValue).joined(separator: ", ")
      throw .invalidParameter(name: "sort", "The value is none of \(names), with `-` in front for descending.")
    }
    return Sort(key: key, descending: descending)
  }
}

extension Query {
  /// How many rows a page has at most.
  mutating func limit(_ limits: Limits) throws(Failure) -> Int {
    try integer("limit", in: 1...Int64(limits.pageRowsMax)).map(Int.init) ?? limits.pageRowsDefault
  }

  mutating func integer(_ name: String, in range: ClosedRange<Int64>) throws(Failure) -> Int64? {
    guard let text = try take(name) else { return nil }
    guard let value = Int64(text), range.contains(value), text.utf8.first != UInt8(ascii: "+") else {
      let wanted =
        range.upperBound == .max ? "a whole number from \(range.lowerBound)" : "\(range.lowerBound)…\(range.upperBound)"
      throw .invalidParameter(name: name, "The value is not \(wanted).")
    }
    return value
  }

  /// A finite number that is not negative.
  mutating func number(_ name: String) throws(Failure) -> Double? {
    guard let text = try take(name) else { return nil }
    guard let value = Double(text), value.isFinite, value >= 0 else {
      throw .invalidParameter(name: name, "The value is not a number from 0.")
    }
    return value
  }

  mutating func flag(_ name: String) throws(Failure) -> Bool? {
    switch try take(name) {
    case nil: nil
    case "true": true
    case "false": false
    default: throw .invalidParameter(name: name, "The value is neither true nor false.")
    }
  }

  /// RFC 3339, of any year. A `+` that was not percent-encoded arrives as a space: it is read as what was meant.
  mutating func time(_ name: String) throws(Failure) -> UnixNanoseconds? {
    guard let text = try take(name) else { return nil }
    if let time = UnixNanoseconds(nearestToRFC3339: text) { return time }
    if let space = text.lastIndex(of: " ") {
      let repaired = text[..<space] + "+" + text[text.index(after: space)...]
      if let time = UnixNanoseconds(nearestToRFC3339: repaired) { return time }
    }
    throw .invalidParameter(name: name, "The value is no RFC 3339 time, such as 2026-11-22T13:20:00Z.")
  }
}
