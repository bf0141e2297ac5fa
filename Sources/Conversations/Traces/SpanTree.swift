/// The order in which a trace's tree is walked: roots and siblings by start time, then span ID. A span that only
/// announces another is left out once that one is there.
package struct SpanTree: Sendable {
  package struct Place: Sendable, Hashable {
    /// The index of the span in what was given.
    package var index: Int
    /// 0 for a root.
    package var depth: Int
  }

  package let places: [Place]

  /// Without recursion, since a chain of spans may be as deep as a trace is large; a ring of parents is entered at its
  /// earliest span.
  package init(_ spans: [SpanFacts]) {
    guard let forest = SpanForest(spans) else {
      places = []
      return
    }
    var children = [[Int]](repeating: [], count: forest.count)
    var roots: [Int] = []
    for place in 0..<forest.count {
      let parent = forest.parents[place]
      if parent == SpanForest.none || parent == place { roots.append(place) } else { children[parent].append(place) }
    }
    var places: [Place] = []
    var isPlaced = [Bool](repeating: false, count: forest.count)
    for start in roots + Array(0..<forest.count) where !isPlaced[start] {
      var stack = [Place(index: start, depth: 0)]
      while let next = stack.popLast() {
        if isPlaced[next.index] { continue }
        isPlaced[next.index] = true
        places.append(Place(index: forest.order[next.index], depth: next.depth))
        for child in children[next.index].reversed() where !isPlaced[child] {
          stack.append(Place(index: child, depth: next.depth + 1))
        }
      }
    }
    self.places = places
  }
}
