import Telemetry

/// A message of a lineage.
struct Said: Sendable, Equatable {
  var digest: MessageDigest
  /// By the model or by a tool.
  var isAnswer: Bool
  /// It was seen coming out of a span; examples in a prompt were not.
  var isOutput: Bool

  init(_ message: Message, isOutput: Bool) {
    digest = MessageDigest(message)
    isAnswer = message.role == .assistant || message.role == .tool
    self.isOutput = isOutput
  }

  static func == (a: Said, b: Said) -> Bool { a.digest == b.digest }
}

/// What was said in one line of calls, oldest first, its leading system messages apart.
struct Lineage: Sendable {
  var said: [Said]
  /// The leading system messages of its last call that had any, and those of earlier ones.
  var systems: [MessageDigest] { didSet { formerSystems.formUnion(oldValue) } }
  private(set) var formerSystems: Set<MessageDigest> = []
  var lastTrace: TraceID
  /// The number of its last call.
  var lastUse: Int

  init(said: [Said], systems: [MessageDigest], lastTrace: TraceID, lastUse: Int) {
    self.said = said
    self.systems = systems
    self.lastTrace = lastTrace
    self.lastUse = lastUse
  }
}

/// How an input lies in a lineage.
struct LineageMatch: Sendable {
  enum Kind: Sendable { case begins, continues, branches, asksAgain, repeats }

  var kind = Kind.begins
  /// nil: in none.
  var lineage: Int?
  /// The run that both share: input[run] is said[start...].
  var run = 0..<0
  var start = 0
  /// Messages before the run that the lineage knows: their places in the input, ascending, and in the lineage.
  var knownBefore: [(new: Int, old: Int)] = []
  /// What of the lineage stands before all that the input brings back, as the count of its messages.
  var firstKnown = 0

  var score: Int { run.count + knownBefore.count }

  func isKnown(_ offset: Int) -> Bool {
    if kind == .asksAgain, offset == run.upperBound - 1 { return false }
    return run.contains(offset) || (offset < run.lowerBound && containsKnown(offset))
  }

  private func containsKnown(_ offset: Int) -> Bool {
    var low = 0
    var high = knownBefore.count
    while low < high {
      let middle = (low + high) / 2
      if knownBefore[middle].new < offset { low = middle + 1 } else { high = middle }
    }
    return low < knownBefore.count && knownBefore[low].new == offset
  }
}

extension Lineage {
  /// The best continuation: a run of the input that ends in the end of the lineage. The rightmost places are tried.
  func continuation(_ input: [Said], id: Int) -> LineageMatch? {
    guard let end = said.last else { return nil }
    var best: LineageMatch?
    var triesLeft = 16
    for place in input.indices.reversed() where input[place] == end {
      var length = 1
      while length <= place, length < said.count, input[place - length] == said[said.count - 1 - length] { length += 1 }
      let match = aligned(input, run: place - length + 1..<place + 1, start: said.count - length, .continues, id)
      if match.score > best?.score ?? 0 { best = match }
      if match.score == place + 1 { break }
      triesLeft -= 1
      if triesLeft == 0 { break }
    }
    return best
  }

  /// The longest run that the input shares with anything but the end of the lineage: from both beginnings on, or two
  /// messages and more with an answer among them. Looks back `lookBackMax` messages.
  func branch(_ input: [Said], id: Int) -> LineageMatch? {
    var length = 0
    while length < min(input.count, said.count), input[length] == said[length] { length += 1 }
    var run = 0..<length
    var start = 0
    if length < 2 || length < input.count { longestInnerRun(input, &run, &start) }
    guard !run.isEmpty else { return nil }
    return aligned(input, run: run, start: start, .branches, id)
  }

  private func longestInnerRun(_ input: [Said], _ run: inout Range<Int>, _ start: inout Int) {
    var places: [MessageDigest: Int] = [:]
    for place in input.indices.reversed() { places[input[place].digest] = place }
    var at = max(0, said.count - Self.lookBackMax)
    while at < said.count {
      guard let place = places[said[at].digest] else {
        at += 1
        continue
      }
      var length = 1
      while place + length < input.count, at + length < said.count, input[place + length] == said[at + length] {
        length += 1
      }
      let isTrusted = length >= 2 && said[at..<at + length].contains { $0.isAnswer }
      if isTrusted, length > run.count {
        run = place..<place + length
        start = at
      }
      at += length
    }
  }

  private static let lookBackMax = 512

  /// Finds what the input knows before its run.
  private func aligned(
    _ input: [Said], run: Range<Int>, start: Int, _ kind: LineageMatch.Kind, _ id: Int
  ) -> LineageMatch {
    var match = LineageMatch(kind: kind, lineage: id, run: run, start: start, firstKnown: start)
    let count = run.lowerBound
    guard count > 0, start > 0 else { return match }
    let pairs =
      count == start
      ? (0..<count).filter { input[$0] == said[$0] }.map { (new: $0, old: $0) }
      : commonSubsequence(input[0..<count], said[0..<start])
    match.knownBefore = pairs
    if count == start {
      match.firstKnown = 0
    } else if let first = pairs.first {
      match.firstKnown = first.old
    }
    return match
  }
}

/// The longest common subsequence, as pairs of places, ascending. Beyond 2^18 pairs of places only the common beginning
/// is looked at, and then, greedily, the next equal message: linear, and it may find fewer.
private func commonSubsequence(_ new: ArraySlice<Said>, _ old: ArraySlice<Said>) -> [(new: Int, old: Int)] {
  var pairs: [(new: Int, old: Int)] = []
  var n = new.startIndex
  var o = old.startIndex
  while n < new.endIndex, o < old.endIndex, new[n] == old[o] {
    pairs.append((n, o))
    n += 1
    o += 1
  }
  let rows = new.endIndex - n
  let columns = old.endIndex - o
  guard rows > 0, columns > 0 else { return pairs }
  if rows > (1 << 18) / columns {
    while n < new.endIndex {
      if let found = old[o...].prefix(1 << 12).firstIndex(of: new[n]) {
        pairs.append((n, found))
        o = found + 1
      }
      n += 1
    }
    return pairs
  }
  // lengths[row * width + column]: of the common subsequence of new[n + row...] and old[o + column...].
  let width = columns + 1
  var lengths = [Int32](repeating: 0, count: (rows + 1) * width)
  for row in (0..<rows).reversed() {
    for column in (0..<columns).reversed() {
      lengths[row * width + column] =
        new[n + row] == old[o + column]
        ? lengths[(row + 1) * width + column + 1] + 1
        : max(lengths[(row + 1) * width + column], lengths[row * width + column + 1])
    }
  }
  var row = 0
  var column = 0
  while row < rows, column < columns {
    if new[n + row] == old[o + column] {
      pairs.append((n + row, o + column))
      row += 1
      column += 1
    } else if lengths[(row + 1) * width + column] >= lengths[row * width + column + 1] {
      row += 1
    } else {
      column += 1
    }
  }
  return pairs
}
