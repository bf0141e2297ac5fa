import Conversations
import OTLP
import Telemetry

extension StoredTrace {
  /// Of each span the version that stays, in tree order, with everything derived from them.
  init(
    row: TraceRow, material: TraceMaterial, duplicateCalls: Set<SpanID>, conventions: Conventions
  ) throws {
    let telemetry = material.telemetry
    let read = try TraceFacts(telemetry, conventions: conventions)
    let order = TreeOrder.positions(of: read.facts)
    var ordered = telemetry
    ordered.spans = order.map { telemetry.spans[read.winners[$0.position]] }
    ordered.logs = read.logs.map { telemetry.logs[$0] }
    guard let summary = TraceSummary(resolving: read.facts, duplicateCalls: duplicateCalls) else {
      throw StoreError.unusable("a trace of the database has no spans", hint: "run `steno verify --repair`")
    }
    self.init(
      row: row, summary: summary, telemetry: ordered,
      facts: order.map { read.facts[$0.position] }, depths: order.map(\.depth))
  }
}

/// The order in which a trace's tree is walked: roots and siblings by start time, then span ID. Without recursion, since
/// a chain of spans may be as deep as a trace is large; a cycle of parents is entered at its earliest span.
enum TreeOrder {
  static func positions(of facts: [SpanFacts]) -> [(position: Int, depth: Int)] {
    let sorted = facts.indices.sorted { a, b in
      (facts[a].startTime, facts[a].spanID) < (facts[b].startTime, facts[b].spanID)
    }
    let stored = Set(facts.map(\.spanID))
    var children: [SpanID: [Int]] = [:]
    var roots: [Int] = []
    for position in sorted {
      if let parent = facts[position].parentSpanID, stored.contains(parent), parent != facts[position].spanID {
        children[parent, default: []].append(position)
      } else {
        roots.append(position)
      }
    }
    var order: [(position: Int, depth: Int)] = []
    var isPlaced = [Bool](repeating: false, count: facts.count)
    for start in roots + sorted where !isPlaced[start] {
      var stack = [(position: start, depth: 0)]
      while let next = stack.popLast() {
        if isPlaced[next.position] { continue }
        isPlaced[next.position] = true
        order.append(next)
        for child in (children[facts[next.position].spanID] ?? []).reversed() where !isPlaced[child] {
          stack.append((child, next.depth + 1))
        }
      }
    }
    return order
  }
}
