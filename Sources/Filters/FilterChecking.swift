import Telemetry

/// Finds the fields of a filter and gives its values their types.
struct FilterChecking {
  let list: FilteredList
  let limits: Limits

  /// As deep as the parser went.
  func expression(_ syntax: FilterSyntax) throws(FilterError) -> FilterExpression {
    switch syntax {
    case .all(let parts): return .all(try expressions(parts))
    case .any(let parts): return .any(try expressions(parts))
    case .not(let part): return .not(try expression(part))
    case .restriction(let restriction): return try condition(restriction)
    }
  }

  private func expressions(_ parts: [FilterSyntax]) throws(FilterError) -> [FilterExpression] {
    var expressions: [FilterExpression] = []
    for part in parts { expressions.append(try expression(part)) }
    return expressions
  }

  /// `!=` is NOT of `=`, and `= null` is NOT of `:*`.
  private func condition(_ restriction: FilterSyntax.Restriction) throws(FilterError) -> FilterExpression {
    if let key = try keyOfPlace(restriction) { return key }
    let target = try target(restriction.path)
    let isNegated = restriction.comparator == .notEqual
    let relation = restriction.comparator.relation
    if restriction.argument.literal == .null {
      guard relation == .equal else {
        throw FilterError(
          position: restriction.argument.position, message: "null is compared with `=` and `!=` only.")
      }
      let present = target.expression(FilterTest(.present, .none))
      return isNegated ? present : .not(present)
    }
    let condition = target.expression(try target.test(relation, restriction.argument))
    return isNegated ? .not(condition) : condition
  }

  private func target(_ path: FilterSyntax.FieldPath) throws(FilterError) -> FilterTarget {
    if let place = place(path) {
      guard path.segments.count > 1 else {
        throw FilterError(
          position: path.position,
          message: "Expected a key behind `\(place.rawValue)`, such as \(place.rawValue).\"key\".")
      }
      guard path.segments.count <= limits.filterDepthMax else {
        throw FilterError(
          position: path.position,
          message: "A field may have \(limits.filterDepthMax) segments; a key with more dots is quoted.")
      }
      return .span(SpanField(place: place, path: path.segments.dropFirst().map(\.text)))
    }
    if !path.segments.contains(where: \.isQuoted), let field = list.field(path.text) { return .row(field) }
    throw unknown(path)
  }

  private func place(_ path: FilterSyntax.FieldPath) -> SpanField.Place? {
    guard let first = path.segments.first, !first.isQuoted else { return nil }
    return SpanField.Place(rawValue: first.text.text)
  }

  /// `attributes:"key"`: the key is there.
  private func keyOfPlace(_ restriction: FilterSyntax.Restriction) throws(FilterError) -> FilterExpression? {
    guard restriction.comparator == .has, restriction.path.segments.count == 1, let place = place(restriction.path)
    else { return nil }
    switch (restriction.argument.word, restriction.argument.literal) {
    case (_, .anything): return nil
    case (let key?, _), (nil, .text(let key)):
      return .span(SpanField(place: place, path: [key]), FilterTest(.present, .none))
    default: return nil
    }
  }

  private func unknown(_ path: FilterSyntax.FieldPath) -> FilterError {
    let names = list.fields.map(\.rawValue) + SpanField.Place.allCases.map { "\($0.rawValue).…" }
    let nearest = NearestName.of(path.text, in: names).map { "; the nearest is `\($0)`" } ?? ""
    return FilterError(
      position: path.position,
      message: "\(list.rawValue.capitalizedWord) have no field of this name\(nearest). An attribute is written "
        + "attributes.\"key\".")
  }
}

/// What a condition is about.
private enum FilterTarget {
  case row(RowField)
  case span(SpanField)

  func expression(_ test: FilterTest) -> FilterExpression {
    switch self {
    case .row(let field): .row(field, test)
    case .span(let field): .span(field, test)
    }
  }

  func test(_ relation: FilterTest.Relation, _ argument: FilterSyntax.Argument) throws(FilterError) -> FilterTest {
    switch self {
    case .row(let field): try RowTyping(field: field, argument: argument).test(relation)
    case .span: try SpanTyping(argument: argument).test(relation)
    }
  }
}

extension String {
  fileprivate var capitalizedWord: String { prefix(1).uppercased() + dropFirst() }
}

extension FilterSyntax.Comparator {
  fileprivate var relation: FilterTest.Relation {
    switch self {
    case .equal, .notEqual: .equal
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    case .has: .has
    }
  }
}

extension FilterTest.Relation {
  var ordersValues: Bool {
    switch self {
    case .less, .lessOrEqual, .greater, .greaterOrEqual: true
    case .present, .equal, .has: false
    }
  }
}
