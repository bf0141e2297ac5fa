package import Telemetry

/// A value of a row's field.
package enum RowValue: Sendable {
  case absent
  case text(String)
  case texts([String])
  case number(ExactNumber)
  case flag(Bool)
  case time(UnixNanoseconds)
  case bytes([UInt8])
}

extension FilterTest {
  package func accepts(_ value: RowValue) -> Bool {
    switch value {
    case .absent: false
    case .text(let text): accepts(text)
    case .texts(let texts): accepts(texts)
    case .number(let number): accepts(number)
    case .flag(let flag): accepts(flag)
    case .time(let time): accepts(time)
    case .bytes(let bytes): accepts(bytes: bytes)
    }
  }
}

/// What is known so far about a question: of a condition on spans, one may still be found.
package enum FilterVerdict: Sendable, Equatable {
  case yes, no, open

  package static prefix func ! (verdict: FilterVerdict) -> FilterVerdict {
    switch verdict {
    case .yes: .no
    case .no: .yes
    case .open: .open
    }
  }
}

extension FilterExpression {
  /// Whether it holds of a row, as far as is known.
  ///
  /// - Parameters:
  ///   - row: the value of one of the row's fields.
  ///   - span: what is known of a condition on spans.
  package func verdict<Failure: Error>(
    row: (RowField) -> RowValue, span: (SpanField, FilterTest) throws(Failure) -> FilterVerdict
  ) throws(Failure) -> FilterVerdict {
    switch self {
    case .row(let field, let test): return test.accepts(row(field)) ? .yes : .no
    case .span(let field, let test): return try span(field, test)
    case .not(let part): return !(try part.verdict(row: row, span: span))
    case .all(let parts): return try Self.joined(parts, decidedBy: .no, row: row, span: span)
    case .any(let parts): return try Self.joined(parts, decidedBy: .yes, row: row, span: span)
    }
  }

  private static func joined<Failure: Error>(
    _ parts: [FilterExpression], decidedBy deciding: FilterVerdict, row: (RowField) -> RowValue,
    span: (SpanField, FilterTest) throws(Failure) -> FilterVerdict
  ) throws(Failure) -> FilterVerdict {
    var isOpen = false
    for part in parts {
      let verdict = try part.verdict(row: row, span: span)
      if verdict == deciding { return deciding }
      if verdict == .open { isOpen = true }
    }
    return isOpen ? .open : !deciding
  }
}
