import Telemetry

/// The lineages of a session, found by their ends and by their beginnings, so that a session of many short
/// conversations costs no more per call than one of few.
struct LineageSet {
  private struct Pair: Hashable {
    var first: MessageDigest
    var second: MessageDigest
  }

  private var lineages: [Int: Lineage] = [:]
  private var nextID = 0
  private var uses = 0
  /// By the last message, by the last two, by the first: the newest behind. They may name lineages that went on since.
  private var ends: [MessageDigest: [Int]] = [:]
  private var endPairs: [Pair: [Int]] = [:]
  private var beginnings: [MessageDigest: [Int]] = [:]
  /// The last used, the newest behind.
  private var recent: [Int] = []

  /// Lineages looked at for one call; those kept at all, the longest unused of which go first.
  private static let candidatesMax = 24
  private static let lineagesMax = 2_048
  /// From its end on, messages of an input that are tried as the end of a lineage.
  private static let newMessagesMax = 256
  private static let listMax = 64

  subscript(id: Int) -> Lineage? { lineages[id] }

  // MARK: Matching

  /// How an input lies in what was said before.
  func match(_ input: [Said], systems: [MessageDigest], in trace: TraceID) -> LineageMatch {
    guard !input.isEmpty else { return LineageMatch() }
    let best = continuation(input, systems)
    if let best, best.score == best.run.upperBound { return best }
    let agent = best?.lineage.flatMap { lineages[$0]?.systems }
    guard let branch = branch(input, systems, ofSameAgent: agent == systems && !systems.isEmpty),
      branch.score > best?.score ?? 0
    else { return best ?? LineageMatch() }
    return judged(branch, input, in: trace)
  }

  private func continuation(_ input: [Said], _ systems: [MessageDigest]) -> LineageMatch? {
    var best: LineageMatch?
    var tried: Set<Int> = []
    let first = max(0, input.count - Self.newMessagesMax)
    for byPair in [true, false] {
      for place in (first..<input.count).reversed() {
        for id in candidates(input, endingAt: place, byPair: byPair).reversed() {
          guard tried.count < Self.candidatesMax else { return best }
          guard tried.insert(id).inserted, let lineage = lineages[id],
            let match = lineage.continuation(input, id: id)
          else { continue }
          let isSameAgent = lineage.systems == systems || systems.isEmpty
          // One message alone may be the same by chance; but an input that begins with an answer was trimmed.
          let isTrimmed = match.run.lowerBound == 0 && input[0].isAnswer
          guard match.score > 1 || isSameAgent || isTrimmed else { continue }
          if match.score == match.run.upperBound, lineage.systems == systems { return match }
          if isBetter(match, than: best, systems) { best = match }
        }
      }
    }
    return best
  }

  private func candidates(_ input: [Said], endingAt place: Int, byPair: Bool) -> [Int] {
    let last = input[place].digest
    if !byPair { return ends[last] ?? [] }
    return place == 0 ? [] : endPairs[Pair(first: input[place - 1].digest, second: last)] ?? []
  }

  private func branch(_ input: [Said], _ systems: [MessageDigest], ofSameAgent: Bool) -> LineageMatch? {
    var best: LineageMatch?
    var tried: Set<Int> = []
    let beginning = input.first.flatMap { beginnings[$0.digest] } ?? []
    for id in beginning.suffix(Self.candidatesMax).reversed() + recent.reversed() where tried.insert(id).inserted {
      guard let lineage = lineages[id], !ofSameAgent || lineage.systems == systems,
        let match = lineage.branch(input, id: id)
      else { continue }
      if isBetter(match, than: best, systems) { best = match }
    }
    return best
  }

  private func isBetter(_ a: LineageMatch, than b: LineageMatch?, _ systems: [MessageDigest]) -> Bool {
    guard let b else { return true }
    if a.score != b.score { return a.score > b.score }
    let first = a.lineage.flatMap { lineages[$0] }
    let second = b.lineage.flatMap { lineages[$0] }
    let isSame = (first?.systems == systems, second?.systems == systems)
    if isSame.0 != isSame.1 { return isSame.0 }
    return first?.lastUse ?? 0 > second?.lastUse ?? 0
  }

  /// An input that is wholly the beginning of a lineage: an answer asked for once more, where it holds an answer; else
  /// the same question asked again, or one call told by two spans of a trace.
  private func judged(_ match: LineageMatch, _ input: [Said], in trace: TraceID) -> LineageMatch {
    guard match.start == 0, match.run == input.indices, let lineage = match.lineage.flatMap({ lineages[$0] }),
      !lineage.said[..<input.count].contains(where: \.isOutput)
    else { return match }
    var match = match
    match.kind = lineage.lastTrace == trace ? .repeats : .asksAgain
    return match
  }

  /// The output is what the lineage says behind the input, told by another span of the trace.
  func repeatsAnswer(_ match: LineageMatch, _ input: [Said], _ output: [Said], in trace: TraceID) -> Bool {
    guard match.kind == .repeats || match.kind == .branches, match.run.upperBound == input.count, !output.isEmpty,
      let lineage = match.lineage.flatMap({ lineages[$0] }), lineage.lastTrace == trace
    else { return false }
    return lineage.said[(match.start + match.run.count)...].starts(with: output)
  }

  // MARK: Going on

  mutating func take(
    _ match: LineageMatch, _ input: [Said], _ output: [Said], systems: [MessageDigest], in trace: TraceID
  ) {
    uses += 1
    switch match.kind {
    case .begins, .asksAgain:
      begin(Lineage(said: input + output, systems: systems, lastTrace: trace, lastUse: uses))
    case .continues:
      guard let id = match.lineage else { return }
      goOn(id, match, input, output)
      touch(id, systems, trace)
    case .branches, .repeats:
      guard let id = match.lineage, let old = lineages[id] else { return }
      if output.isEmpty, match.run.upperBound == input.count {
        touch(id, systems, trace)
      } else {
        let said = old.said[..<match.firstKnown] + match.merged(input, with: old) + output
        let newSystems = systems.isEmpty ? old.systems : systems
        begin(Lineage(said: Array(said), systems: newSystems, lastTrace: trace, lastUse: uses))
      }
    }
  }

  private mutating func goOn(_ id: Int, _ match: LineageMatch, _ input: [Said], _ output: [Said]) {
    if match.run.lowerBound == 0 {
      lineages[id]?.said.append(contentsOf: input[match.run.upperBound...])
    } else if let old = lineages[id] {
      lineages[id]?.said = old.said[..<match.firstKnown] + match.merged(input, with: old)
    }
    lineages[id]?.said.append(contentsOf: output)
    index(id, isNew: match.run.lowerBound > 0)
  }

  private mutating func begin(_ lineage: Lineage) {
    guard !lineage.said.isEmpty else { return }
    if lineages.count >= Self.lineagesMax { forgetOldest() }
    let id = nextID
    nextID += 1
    lineages[id] = lineage
    index(id, isNew: true)
    use(id)
  }

  private mutating func touch(_ id: Int, _ systems: [MessageDigest], _ trace: TraceID) {
    lineages[id]?.lastUse = uses
    lineages[id]?.lastTrace = trace
    if !systems.isEmpty { lineages[id]?.systems = systems }
    use(id)
  }

  private mutating func use(_ id: Int) {
    recent.removeAll { $0 == id }
    recent.append(id)
    if recent.count > 4 { recent.removeFirst() }
  }

  private mutating func index(_ id: Int, isNew: Bool) {
    guard let said = lineages[id]?.said, let last = said.last, let first = said.first else { return }
    Self.append(id, to: &ends[last.digest, default: []])
    if said.count > 1 {
      let pair = Pair(first: said[said.count - 2].digest, second: last.digest)
      Self.append(id, to: &endPairs[pair, default: []])
    }
    if isNew { Self.append(id, to: &beginnings[first.digest, default: []]) }
  }

  private static func append(_ id: Int, to list: inout [Int]) {
    if list.last == id { return }
    if list.count >= listMax { list.removeFirst(listMax / 2) }
    list.append(id)
  }

  private mutating func forgetOldest() {
    let byUse = lineages.sorted { $0.value.lastUse < $1.value.lastUse }
    for (id, _) in byUse.prefix(Self.lineagesMax / 2) { lineages[id] = nil }
  }
}

extension LineageMatch {
  /// The input with what the lineage knows of its messages.
  fileprivate func merged(_ input: [Said], with lineage: Lineage) -> [Said] {
    var merged = input
    for (new, old) in knownBefore { merged[new].isOutput = lineage.said[old].isOutput }
    for offset in 0..<run.count { merged[run.lowerBound + offset].isOutput = lineage.said[start + offset].isOutput }
    return merged
  }
}
