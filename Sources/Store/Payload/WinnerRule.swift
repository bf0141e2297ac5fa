import OTLP
import Telemetry

/// Which of two versions of a span stays. A pure order, so that it doesn't matter which came first: later end time,
/// then more attributes, then the greater bytes of the canonical encoding. Source: product law, "Rows are a function
/// of the set of spans".
enum WinnerRule {
  enum Verdict { case same, first, second }

  static func compare(_ first: SpanView, _ second: SpanView) throws -> Verdict {
    if first.ref.endTime != second.ref.endTime { return first.ref.endTime > second.ref.endTime ? .first : .second }
    let (left, right) = (first.ref.attributes.count, second.ref.attributes.count)
    if left != right { return left > right ? .first : .second }
    let firstBytes = try CanonicalEncoding.span(first)
    let secondBytes = try CanonicalEncoding.span(second)
    if firstBytes == secondBytes { return .same }
    return secondBytes.lexicographicallyPrecedes(firstBytes) ? .first : .second
  }

  /// Of each span the index of the version that stays, in the order in which spans first appear.
  static func winners(of view: TelemetryView) throws -> [Int] {
    var positions: [SpanID: Int] = [:]
    var winners: [Int] = []
    for index in view.spans.indices {
      let spanID = view.spans[index].spanID
      guard let position = positions[spanID] else {
        positions[spanID] = winners.count
        winners.append(index)
        continue
      }
      if try compare(view.span(winners[position]), view.span(index)) == .second { winners[position] = index }
    }
    return winners
  }
}
