/// Matches from the best score on, without sorting those that no page comes to: a heap.
struct RankedMatches {
  private var heap: [(message: Int64, score: Double)]

  init(_ matches: [(message: Int64, score: Double)]) {
    heap = matches
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(from: place) }
  }

  /// nil: none are left.
  var bestScore: Double? { heap.first?.score }

  /// Takes all matches of the best score, in no order.
  mutating func takeBest() -> [Int64] {
    guard let best = bestScore else { return [] }
    var messages: [Int64] = []
    while let first = heap.first, first.score == best {
      messages.append(first.message)
      let last = heap.removeLast()
      if heap.isEmpty { break }
      heap[0] = last
      sink(from: 0)
    }
    return messages
  }

  private mutating func sink(from start: Int) {
    guard heap.indices.contains(start) else { return }
    heap.withUnsafeMutableBufferPointer { heap in
      let sinking = heap[start]
      var place = start
      while 2 * place + 1 < heap.count {
        var child = 2 * place + 1
        if child + 1 < heap.count, heap[child + 1].score > heap[child].score { child += 1 }
        if heap[child].score <= sinking.score { break }
        heap[place] = heap[child]
        place = child
      }
      heap[place] = sinking
    }
  }
}
