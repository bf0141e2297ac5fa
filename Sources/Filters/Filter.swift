package import Telemetry

/// A filter of a list: read, its fields known, its values of their types.
package struct Filter: Sendable {
  package let list: FilteredList
  package let expression: FilterExpression

  package init(_ text: String, for list: FilteredList, limits: Limits) throws(FilterError) {
    let syntax = try FilterSyntax.parse(text, limits: limits)
    self.list = list
    expression = try FilterChecking(list: list, limits: limits).expression(syntax)
  }
}

/// Conditions joined. Either true or false of a row, never unknown: NOT is the exact complement.
package indirect enum FilterExpression: Sendable, Equatable {
  case all([FilterExpression])
  case any([FilterExpression])
  case not(FilterExpression)
  case row(RowField, FilterTest)
  /// Of a span: that it has such a value. Of anything that holds spans: that one of its spans has.
  case span(SpanField, FilterTest)
}

extension FilterExpression {
  /// Whether it asks for anything that only spans tell.
  package var asksSpans: Bool {
    switch self {
    case .all(let parts), .any(let parts): parts.contains(where: \.asksSpans)
    case .not(let part): part.asksSpans
    case .row: false
    case .span: true
    }
  }

  /// What must hold each for itself.
  package var conjuncts: [FilterExpression] {
    if case .all(let parts) = self { parts.flatMap(\.conjuncts) } else { [self] }
  }
}
