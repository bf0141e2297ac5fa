import Conversations
import Filters
import JSON
import OTLP
import SQLite
import Telemetry

/// Looks in the spans of a row for what its filter asks of them: of a trace its own, of a session and a user those of
/// all its traces. One question long.
final class SpanSearch {
  private let reader: Reader
  private let conventions: Conventions
  private let expression: FilterExpression
  private let conditions: [SpanCondition]
  private let sieve: SpanSieve?

  /// nil for a filter that rows alone answer.
  init?(_ filter: Filter?, _ reader: Reader, _ conventions: Conventions) {
    guard let parts = filter?.expression.conjuncts.filter(\.asksSpans), !parts.isEmpty else { return nil }
    self.reader = reader
    self.conventions = conventions
    expression = .all(parts)
    conditions = expression.spanConditions
    sieve = SpanSieve(expression, reader)
  }

  /// Enough traces were asked to look through all of them.
  var knowsCandidates: Bool { sieve?.hasReadAll ?? false }

  /// The keys of all rows of a list of which the filter may hold. nil: too many to name.
  func candidates(of list: FilteredList) throws -> Set<Int64>? { try sieve?.candidates(of: list) }

  /// Whether the filter holds of a row.
  func accepts(_ traces: SpanTraces, row: (RowField) -> RowValue) throws -> Bool {
    var found = conditions.map { _ in false }
    func verdict(_ found: [Bool], isComplete: Bool) -> FilterVerdict {
      expression.verdict(row: row) { field, test in
        let place = conditions.firstIndex { $0.field == field && $0.test == test }
        return place.map { found[$0] } ?? false ? .yes : isComplete ? .no : .open
      }
    }
    switch verdict(found, isComplete: false) {
    case .yes: return true
    case .no: return false
    case .open: break
    }
    try traces.forEach(in: reader.database) { key, metadata in
      try reader.checkTime()
      let before = found
      try search(key, metadata, &found)
      return found == before || verdict(found, isComplete: false) == .open
    }
    return verdict(found, isComplete: true) == .yes
  }

  /// Notes which of the conditions that were not found yet a span of the trace satisfies.
  private func search(_ key: Int64, _ metadata: String?, _ found: inout [Bool]) throws {
    var wanted: [Int] = []
    for place in conditions.indices where !found[place] {
      switch hint(conditions[place], metadata) {
      case .yes: found[place] = true
      case .no: break
      case .open: wanted.append(place)
      }
    }
    if !wanted.isEmpty, let sieve {
      let mask = try sieve.mask(ofTrace: key)
      wanted.removeAll { !sieve.may(conditions[$0], mask) }
    }
    if wanted.isEmpty { return }
    let outline = try reader.payload.outline(ofTrace: key)
    let open = try search(outline.material.telemetry, wanted, &found) { outline.isCut(attribute: $0, ofSpan: $1) }
    if open.isEmpty { return }
    _ = try search(reader.payload.spans(ofTrace: key).telemetry, open, &found) { _, _ in false }
  }

  /// What the metadata of the trace's row tells, which is read only where it may tell that a span satisfies it.
  private func hint(_ condition: SpanCondition, _ metadata: String?) -> FilterVerdict {
    guard condition.field.place == .metadata else { return .open }
    guard let metadata else { return .no }
    if let needle = sieve?.needle(of: condition), !needle.mayBe(inMetadata: metadata) { return .open }
    let object = try? JSONValue.parse(metadata, depthMax: conventions.depthMax)
    return MetadataHint.verdict(condition.field, condition.test, object)
  }

  /// Returns those conditions that only the payload decides.
  private func search(
    _ telemetry: DecodedTelemetry, _ wanted: [Int], _ found: inout [Bool], isCut: @escaping (Int, Int) -> Bool
  ) throws -> [Int] {
    try telemetry.withView { view in
      let winners = try WinnerRule.winners(of: view)
      // Which of two versions stays is decided by all their bytes.
      if winners.count < view.spans.count, try Self.isAnythingCut(view, isCut) { return wanted }
      var evaluation = FilterEvaluation(view, conventions, isCut: isCut)
      let shown = ShownSpans(view, winners, conventions)
      var open: [Int] = []
      for place in wanted {
        var isOpen = false
        for span in winners {
          switch evaluation.verdict(conditions[place].field, conditions[place].test, ofSpan: span) {
          case .yes where shown.contains(span): found[place] = true
          case .open: isOpen = true
          case .yes, .no: break
          }
          if found[place] { break }
        }
        if isOpen && !found[place] { open.append(place) }
      }
      return open
    }
  }

  private static func isAnythingCut(_ view: TelemetryView, _ isCut: (Int, Int) -> Bool) throws -> Bool {
    view.spans.indices.contains { span in
      view.span(span).attributes.indices.contains { isCut($0, span) }
    }
  }
}

/// The spans of a trace that stand for themselves: one that only announces another is left out once that one is there.
private final class ShownSpans {
  private let view: TelemetryView
  private let winners: [Int]
  private let conventions: Conventions
  private var shown: Set<Int>?

  init(_ view: TelemetryView, _ winners: [Int], _ conventions: Conventions) {
    self.view = view
    self.winners = winners
    self.conventions = conventions
  }

  func contains(_ span: Int) -> Bool {
    guard SpanFacts(reading: view.span(span), logs: [], conventions: conventions).isPending else { return true }
    if let shown { return shown.contains(span) }
    let facts = winners.map { SpanFacts(reading: view.span($0), logs: [], conventions: conventions) }
    let shown = Set(SpanTree(facts).places.map { winners[$0.index] })
    self.shown = shown
    return shown.contains(span)
  }
}

/// Where the spans of a row are.
enum SpanTraces {
  case trace(key: Int64, metadata: String?)
  case session(key: Int64)
  case user(key: Int64)

  /// Each trace with the metadata of its row, until `visit` answers false.
  func forEach(in database: Database, _ visit: (_ key: Int64, _ metadata: String?) throws -> Bool) throws {
    let statement: Statement
    switch self {
    case .trace(let key, let metadata):
      _ = try visit(key, metadata)
      return
    case .session(let key):
      statement = try database.statement("list_span_traces_of_session")
      statement.bind(key, at: 1)
    case .user(let key):
      statement = try database.statement("list_span_traces_of_user")
      statement.bind(key, at: 1)
    }
    defer { statement.reset() }
    while try statement.step() {
      if try !visit(statement.integer(0), statement.optionalText(1)) { return }
    }
  }
}

extension PayloadReader {
  /// Every stored version of the spans of the trace with row `key`, whole.
  func spans(ofTrace key: Int64) throws -> TraceMaterial {
    let statement = try database.statement("list_trace_blocks")
    statement.bind(key, at: 1)
    return try material(of: readRuns(statement))
  }
}
