import Conversations
import Filters
import JSON
import Telemetry

/// A filter as SQL: fixed texts with a `?` for each value.
///
/// What only spans tell is not in it. So the text of a filter that asks spans holds of more rows than the filter does
/// (`most`), and under NOT of fewer (`least`). A filter of spans becomes one of traces, since no row stands for a span:
/// it holds of every trace that has a span of which the filter holds.
struct FilterLowering {
  enum Bound {
    case most, least

    var opposite: Bound { self == .most ? .least : .most }
  }

  struct Text {
    var sql: String
    var values: [Conditions.Value] = []
  }

  let list: FilteredList
  let lookups: Lookups

  /// Adds the filter to the conditions of its list.
  static func add(_ filter: Filter, to conditions: inout Conditions, _ lookups: Lookups) throws {
    let lowering = FilterLowering(list: filter.list, lookups: lookups)
    for part in filter.expression.conjuncts {
      let text = try lowering.lower(part, .most)
      if text.sql != "TRUE" { conditions.add("(\(text.sql))", all: text.values) }
    }
  }

  /// As deep as the filter's brackets.
  func lower(_ expression: FilterExpression, _ bound: Bound) throws -> Text {
    switch expression {
    case .all(let parts): return try join(parts, bound, by: " AND ", neutral: "TRUE", deciding: "FALSE")
    case .any(let parts): return try join(parts, bound, by: " OR ", neutral: "FALSE", deciding: "TRUE")
    case .not(let part):
      let text = try lower(part, bound.opposite)
      if text.sql == "TRUE" { return Text(sql: "FALSE") }
      if text.sql == "FALSE" { return Text(sql: "TRUE") }
      return Text(sql: "NOT (\(text.sql))", values: text.values)
    case .row(let field, let test):
      if list != .spans { return try row(field, test) }
      if TraceHint.traceFields.contains(field) {
        return try FilterLowering(list: .traces, lookups: lookups).row(field, test)
      }
      return bound == .least ? Text(sql: "FALSE") : TraceHint.text(field, test) ?? Text(sql: "TRUE")
    case .span(let field, let test):
      return bound == .least ? Text(sql: "FALSE") : MetadataHint.text(field, test, list) ?? Text(sql: "TRUE")
    }
  }

  private func join(
    _ parts: [FilterExpression], _ bound: Bound, by operation: String, neutral: String, deciding: String
  ) throws -> Text {
    var joined = Text(sql: "")
    for part in parts {
      let text = try lower(part, bound)
      if text.sql == deciding { return text }
      if text.sql == neutral { continue }
      joined.sql += (joined.sql.isEmpty ? "" : operation) + "(\(text.sql))"
      joined.values += text.values
    }
    return joined.sql.isEmpty ? Text(sql: neutral) : joined
  }

  private func row(_ field: RowField, _ test: FilterTest) throws -> Text {
    if test.relation == .equal || test.relation == .has, let text = try looked(field, test) { return text }
    guard let column = list.column(field) else {
      throw StoreError.unusable("the list has no column for a field of its filter", hint: "report this as a bug")
    }
    return Self.text(column, test)
  }

  /// Equalities that a key answers, and with it an index.
  private func looked(_ field: RowField, _ test: FilterTest) throws -> Text? {
    var conditions = Conditions()
    switch (list, field, test.operand) {
    case (.sessions, .project, .text(let name)) where test.relation == .equal:
      conditions.add("s.project_key", isOneOf: try keys(ofProject: name))
    case (.traces, .project, .text(let name)) where test.relation == .equal:
      conditions.add("t.project_key", isOneOf: try keys(ofProject: name))
    case (.users, .project, .text(let name)) where test.relation == .equal:
      conditions.add("u.project_key", isOneOf: try keys(ofProject: name))
    case (.sessions, .name, .text(let name)) where test.relation == .equal:
      conditions.add("s.session_key", isOneOf: try lookups.sessions(SessionName(name.text), project: nil))
    case (.sessions, .userIDs, .text(let name)):
      var ofUser = Conditions()
      ofUser.add("user_key", isOneOf: try lookups.users(UserID(name.text), project: nil))
      conditions.add("s.session_key IN (SELECT session_key FROM user_session WHERE \(ofUser.text))", all: ofUser.values)
    case (.traces, .userID, .text(let name)) where test.relation == .equal:
      conditions.add("t.user_key", isOneOf: try lookups.users(UserID(name.text), project: nil))
      return Self.known("t.user_key", conditions)
    case (.traces, .sessionID, .bytes(let bytes)):
      conditions.add(
        "t.session_key", isOneOf: try [SessionID(bytes: bytes).flatMap { try lookups.session($0) }].compactMap { $0 })
      return Self.known("t.session_key", conditions)
    case (.traces, .sessionName, .text(let name)) where test.relation == .equal:
      conditions.add("t.session_key", isOneOf: try lookups.sessions(SessionName(name.text), project: nil))
      return Self.known("t.session_key", conditions)
    default: return nil
    }
    return Text(sql: conditions.text, values: conditions.values)
  }

  private func keys(ofProject name: ExactText) throws -> [Int64] {
    // An empty name is no project, while `ProjectName` would take it for the one without a name.
    name.text.isEmpty ? [] : try [lookups.project(ProjectName(name.text))].compactMap { $0 }
  }

  /// False where the column is NULL, so that NOT is the complement.
  private static func known(_ column: String, _ conditions: Conditions) -> Text {
    conditions.text == "FALSE"
      ? Text(sql: "FALSE") : Text(sql: "\(column) IS NOT NULL AND \(conditions.text)", values: conditions.values)
  }
}

extension FilterLowering {
  /// A condition on a column: true or false, never NULL.
  static func text(_ column: FilterColumn, _ test: FilterTest) -> Text {
    switch column {
    case .integer(let sql, let isNullable):
      guard case .number(let number) = test.operand else { return present(sql, isNullable) }
      let bounds = ColumnBounds { ExactNumber.int($0).compared(to: number) ?? -1 }
      return between(sql, bounds, test.relation, isNullable)
    case .parts(let sql, let parts, let isNullable):
      guard case .number(let number) = test.operand else { return present(sql, isNullable) }
      let bounds = ColumnBounds { ExactNumber.double(Double($0) / parts).compared(to: number) ?? -1 }
      return between(sql, bounds, test.relation, isNullable)
    case .time(let sql):
      guard case .time(let time) = test.operand else { return present(sql, false) }
      return compare(sql, test.relation, .integer(time.stored), false)
    case .text(let sql, let isNullable):
      guard case .text(let text) = test.operand else { return present(sql, isNullable) }
      if test.relation == .has { return known("instr(\(sql), ?) > 0", [.text(text.text)], isNullable) }
      return compare(sql, test.relation, .text(text.text), isNullable)
    case .bytes(let sql, let isNullable):
      guard case .bytes(let bytes) = test.operand else { return present(sql, isNullable) }
      return compare(sql, .equal, .bytes(bytes), isNullable)
    case .flag(let sql):
      guard case .flag(let flag) = test.operand else { return Text(sql: "TRUE") }
      return compare(sql, .equal, .integer(flag ? 1 : 0), false)
    case .choice(let sql, let words):
      guard case .text(let word) = test.operand else { return Text(sql: "TRUE") }
      let index = words.firstIndex { ExactText($0) == word }
      return index.map { compare(sql, .equal, .integer(Int64($0)), false) } ?? Text(sql: "FALSE")
    case .list(let has, let forms, let any):
      guard case .text(let element) = test.operand else { return Text(sql: any) }
      return Text(sql: has, values: forms.map { .text($0.text(element.text)) })
    }
  }

  private static func present(_ sql: String, _ isNullable: Bool) -> Text {
    Text(sql: isNullable ? "\(sql) IS NOT NULL" : "TRUE")
  }

  private static func known(_ sql: String, _ values: [Conditions.Value], _ isNullable: Bool) -> Text {
    Text(sql: isNullable ? "coalesce(\(sql), FALSE)" : sql, values: values)
  }

  private static func compare(
    _ sql: String, _ relation: FilterTest.Relation, _ value: Conditions.Value, _ isNullable: Bool
  ) -> Text {
    let sign =
      switch relation {
      case .less: "<"
      case .lessOrEqual: "<="
      case .greater: ">"
      case .greaterOrEqual: ">="
      case .equal, .has, .present: "="
      }
    return known("\(sql) \(sign) ?", [value], isNullable)
  }

  private static func between(
    _ sql: String, _ bounds: ColumnBounds, _ relation: FilterTest.Relation, _ isNullable: Bool
  ) -> Text {
    let below = { (bound: Int64?) in
      bound.map { known("\(sql) < ?", [.integer($0)], isNullable) } ?? present(sql, isNullable)
    }
    let notBelow = { (bound: Int64?) in
      bound.map { known("\(sql) >= ?", [.integer($0)], isNullable) } ?? Text(sql: "FALSE")
    }
    switch relation {
    case .less: return below(bounds.notBelow)
    case .lessOrEqual: return below(bounds.above)
    case .greater: return notBelow(bounds.above)
    case .greaterOrEqual: return notBelow(bounds.notBelow)
    case .present: return present(sql, isNullable)
    case .equal, .has:
      guard let low = bounds.notBelow, low != bounds.above else { return Text(sql: "FALSE") }
      guard let above = bounds.above else { return notBelow(low) }
      if above - 1 == low { return known("\(sql) = ?", [.integer(low)], isNullable) }
      return known("(\(sql) >= ? AND \(sql) < ?)", [.integer(low), .integer(above)], isNullable)
    }
  }
}

extension FilterColumn.ElementForm {
  /// An element as it stands in the list.
  func text(_ element: String) -> String {
    switch self {
    case .plain: element
    case .json: JSONValue.string(element).json
    case .counted: "[\(JSONValue.string(element).json),"
    case .warning: "[\"\(WarningCoding.beginning(ofCode: element))"
    }
  }
}
