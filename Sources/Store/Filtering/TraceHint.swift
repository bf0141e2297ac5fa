import Filters
import Telemetry

/// What the row of a trace says about the fields of its spans.
enum TraceHint {
  /// Those that a span has from its trace: the row answers them alone.
  static let traceFields: Set<RowField> = [.traceID, .project, .sessionID, .sessionName, .userID]

  /// A condition that holds of every trace with a span that satisfies the test; nil for what no row says.
  static func text(_ field: RowField, _ test: FilterTest) -> FilterLowering.Text? {
    switch (field, test.operand) {
    case (.status, .text(let word)) where word == ExactText("error"),
      (.statusCode, .text(let word)) where word == ExactText("ERROR"):
      FilterLowering.Text(sql: "t.error_count > 0")
    // No span ends after its trace, begins before it, or lasts longer.
    case (.endTime, .time): atLeast(test).map { FilterLowering.text(.time("t.end_time"), $0) }
    case (.startTime, .time): atMost(test).map { FilterLowering.text(.time("t.start_time"), $0) }
    case (.duration, .number):
      atLeast(test).map { FilterLowering.text(.parts("t.duration", of: 1e6, isNullable: false), $0) }
    default: nil
    }
  }

  private static func atLeast(_ test: FilterTest) -> FilterTest? {
    switch test.relation {
    case .equal, .has: FilterTest(.greaterOrEqual, test.operand)
    case .greater, .greaterOrEqual: test
    case .less, .lessOrEqual, .present: nil
    }
  }

  private static func atMost(_ test: FilterTest) -> FilterTest? {
    switch test.relation {
    case .equal, .has: FilterTest(.lessOrEqual, test.operand)
    case .less, .lessOrEqual: test
    case .greater, .greaterOrEqual, .present: nil
    }
  }
}

extension FilterExpression {
  /// Whether the rows of traces answer it alone, as a part of a filter of spans.
  var asksTracesAlone: Bool {
    switch self {
    case .all(let parts), .any(let parts): parts.allSatisfy(\.asksTracesAlone)
    case .not(let part): part.asksTracesAlone
    case .row(let field, _): TraceHint.traceFields.contains(field)
    case .span: false
    }
  }

  /// Whether any of it asks for a field that a span has from its trace.
  var asksTraces: Bool {
    switch self {
    case .all(let parts), .any(let parts): parts.contains(where: \.asksTraces)
    case .not(let part): part.asksTraces
    case .row(let field, _): TraceHint.traceFields.contains(field)
    case .span: false
    }
  }
}
