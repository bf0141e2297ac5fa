import OTLP

/// An attribute under the row of the table that its key stands for.
struct RankedAttribute: Sendable {
  var row: Conventions.Row
  var ref: AttributeRef
}

/// What a span offers for one role, as it stands in the body: the best row, and the others that say something else.
struct CandidateSet: Sendable {
  private(set) var best: RankedAttribute?
  private(set) var others: [RankedAttribute] = []

  /// Most producers send one value under several keys: only the best of equal bytes is kept, so that the usual span
  /// costs no allocation.
  @inline(__always)
  mutating func add(_ candidate: RankedAttribute, in view: TelemetryView) {
    guard let best else {
      self.best = candidate
      return
    }
    if Self.sameText(best.ref.value, candidate.ref.value, view) {
      if candidate.row < best.row { self.best = candidate }
    } else if candidate.row < best.row {
      others.append(best)
      self.best = candidate
    } else {
      others.append(candidate)
    }
  }

  /// Those that name something, normalised, the best first; of equal values only the best.
  func read(_ conventions: Conventions, in view: TelemetryView) -> (best: Candidate?, others: [Candidate]) {
    guard let best else { return (nil, []) }
    if others.isEmpty { return (Candidate(best, conventions, view), []) }
    let ranked = ([best] + others).sorted { $0.row < $1.row }
    var values = DistinctTexts()
    var kept: [Candidate] = []
    for attribute in ranked {
      guard let candidate = Candidate(attribute, conventions, view), values.insert(candidate.value) else { continue }
      kept.append(candidate)
    }
    return (kept.first, Array(kept.dropFirst()))
  }

  private static func sameText(_ a: ValueRef, _ b: ValueRef, _ view: TelemetryView) -> Bool {
    guard a.kind == .string, b.kind == .string, a.range.count == b.range.count else { return false }
    return bytesAreEqual(view[a.range], view[b.range], Int(a.range.count))
  }
}

extension Candidate {
  /// nil when the value names nothing.
  init?(_ attribute: RankedAttribute, _ conventions: Conventions, _ view: TelemetryView) {
    guard let value = Identifier.read(attribute.ref.value, in: view) else { return nil }
    self.init(row: attribute.row, value: value, conventions)
  }

  init(row: Conventions.Row, value: String, _ conventions: Conventions) {
    let label = conventions.label(of: row)
    self.init(rank: row, value: value, key: label.key, rule: label.name)
  }
}
