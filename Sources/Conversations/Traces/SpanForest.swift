import Telemetry

/// The spans of a trace as trees: in a total order, with their parents found. It depends on the set of spans alone.
///
/// A span that only announces another (`SpanFacts.isPending`) is left out once that one is there, and stands for it
/// until then: under its ID and with its parent.
struct SpanForest {
  let spans: [SpanFacts]
  /// Places in `spans` by start time, then span ID; what every index below means is a place in this order.
  let order: [Int]
  /// The place of each span's parent; `none` when it has none, or one that is not in the store.
  let parents: [Int]
  /// Whether a span names a parent that is not in the store.
  let isOrphan: [Bool]
  /// The effective root.
  let root: Int

  static let none = -1

  var count: Int { order.count }

  /// A copy: loops over all spans read single members through `spans` and `order` instead, which copies only those.
  subscript(index: Int) -> SpanFacts { spans[order[index]] }

  /// nil without spans.
  init?(_ spans: [SpanFacts]) {
    guard !spans.isEmpty else { return nil }
    self.spans = spans
    let order = Self.order(of: spans)
    let places = SpanPlaces(order.map { spans[$0].standsFor })
    let parents = order.map { index in spans[index].parentInTrace.map { places[$0] } ?? Self.none }
    self.order = order
    self.parents = parents
    isOrphan = order.indices.map { parents[$0] == Self.none && spans[order[$0]].parentInTrace != nil }
    // Only a ring of parents leaves no span without one.
    root = parents.firstIndex(of: Self.none) ?? 0
  }

  @inline(__always)
  func kind(_ index: Int) -> ObservationKind { spans[order[index]].kind }

  private static func order(of spans: [SpanFacts]) -> [Int] {
    if spans.count == 1 { return [0] }
    let keys = spans.indices.map { OrderKey(spans[$0], at: $0) }.sorted()
    var order = keys.map(\.place)
    var seen = Set<SpanID>(minimumCapacity: spans.count)
    if spans.contains(where: \.isPending) {
      let ended = Set(spans.lazy.filter { !$0.isPending }.map(\.spanID))
      order.removeAll { spans[$0].isPending && ended.contains(spans[$0].standsFor) }
    }
    order.removeAll { !seen.insert(spans[$0].standsFor).inserted }
    return order
  }
}

/// What spans are sorted by, without the rest of them.
private struct OrderKey: Comparable {
  let startTime: UInt64
  let spanID: UInt64
  let endTime: UInt64
  let attributeCount: Int
  let place: Int

  init(_ span: SpanFacts, at place: Int) {
    startTime = span.startTime.value
    spanID = span.spanID.value
    endTime = span.endTime.value
    attributeCount = span.attributeCount
    self.place = place
  }

  static func < (a: OrderKey, b: OrderKey) -> Bool {
    if a.startTime != b.startTime { return a.startTime < b.startTime }
    if a.spanID != b.spanID { return a.spanID < b.spanID }
    // The same span twice: the later version first, as the store's rule has it.
    return a.endTime != b.endTime ? a.endTime > b.endTime : a.attributeCount > b.attributeCount
  }
}

extension SpanFacts {
  /// The span that this one is, or announces.
  var standsFor: SpanID { isPending ? parentSpanID ?? spanID : spanID }

  var parentInTrace: SpanID? { isPending ? pendingParentSpanID : parentSpanID }
}

/// Finds the place of a span by its ID; of few spans by looking at each.
private struct SpanPlaces {
  private static let fewSpans = 12
  private let ids: [SpanID]
  private var places: [SpanID: Int] = [:]

  init(_ ids: [SpanID]) {
    self.ids = ids
    guard ids.count > Self.fewSpans else { return }
    places.reserveCapacity(ids.count)
    for (place, id) in ids.enumerated() { places[id] = place }
  }

  subscript(id: SpanID) -> Int {
    ids.count > Self.fewSpans ? places[id] ?? SpanForest.none : ids.firstIndex(of: id) ?? SpanForest.none
  }
}
