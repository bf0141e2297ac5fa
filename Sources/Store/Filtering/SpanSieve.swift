import Filters
import SQLite
import Telemetry

/// Tells traces apart that can't satisfy what a filter asks of spans, by the bytes of their outlines, before anything is
/// taken apart. One question long.
///
/// The first traces are asked one by one. A filter that few satisfy comes to ask them all: then the outlines are looked
/// through once, in the order in which they are stored.
final class SpanSieve {
  /// One bit for each condition that has a needle: it may hold.
  typealias Mask = UInt8

  private let reader: Reader
  private let expression: FilterExpression
  private var needles: [(condition: SpanCondition, needle: OutlineNeedle)] = []
  private var asked = 0
  private var blocks = RecentBlocks<Mask>(bytesMax: 4_096)
  /// Of the traces with any bit; nil before all outlines were looked through.
  private var traces: KeyedMasks?

  /// nil where bytes tell nothing about any of the conditions.
  init?(_ expression: FilterExpression, _ reader: Reader) {
    self.reader = reader
    self.expression = expression
    for condition in expression.spanConditions where needles.count < Mask.bitWidth {
      if let needle = OutlineNeedle(condition.field, condition.test, reader.payload.limits) {
        needles.append((condition, needle))
      }
    }
    if needles.isEmpty { return nil }
  }

  private var allBits: Mask { Mask.max >> Mask(Mask.bitWidth - needles.count) }

  func needle(of condition: SpanCondition) -> OutlineNeedle? {
    needles.first { $0.condition == condition }?.needle
  }

  /// Whether a span may satisfy a condition, by the mask of its trace.
  func may(_ condition: SpanCondition, _ mask: Mask) -> Bool {
    guard let place = needles.firstIndex(where: { $0.condition == condition }) else { return true }
    return mask & 1 << Mask(place) != 0
  }

  /// Whether the filter may hold of a row whose spans have the mask.
  func mayHold(_ mask: Mask) -> Bool { verdict(expression, mask) != .no }

  /// As deep as the filter's brackets.
  private func verdict(_ expression: FilterExpression, _ mask: Mask) -> FilterVerdict {
    switch expression {
    case .row: return .open
    case .span(let field, let test): return may(SpanCondition(field: field, test: test), mask) ? .open : .no
    case .not(let part): return !verdict(part, mask)
    case .all(let parts):
      let verdicts = parts.map { verdict($0, mask) }
      return verdicts.contains(.no) ? .no : verdicts.contains(.open) ? .open : .yes
    case .any(let parts):
      let verdicts = parts.map { verdict($0, mask) }
      return verdicts.contains(.yes) ? .yes : verdicts.contains(.open) ? .open : .no
    }
  }

  // MARK: Traces

  /// Which of the conditions some span of the trace may satisfy.
  func mask(ofTrace key: Int64) throws -> Mask {
    if let traces { return traces[key] ?? 0 }
    asked += 1
    if asked > reader.payload.limits.filterTracesOneByOneMax {
      let traces = try readAll()
      self.traces = traces
      return traces[key] ?? 0
    }
    let statement = try reader.database.statement("list_trace_blocks")
    statement.bind(key, at: 1)
    var mask: Mask = 0
    for run in try reader.payload.readRuns(statement) { mask |= try self.mask(ofBlock: run.block) }
    return mask
  }

  private func mask(ofBlock key: Int64) throws -> Mask {
    if let known = blocks[key] { return known }
    let mask = try reader.payload.outline(key).map { $0.withUnsafeBytes(self.mask) } ?? allBits
    blocks.insert(mask, key: key, bytes: 1)
    return mask
  }

  private func mask(of outline: UnsafeRawBufferPointer) -> Mask {
    var mask: Mask = 0
    for (place, entry) in needles.enumerated() where entry.needle.mayBe(in: outline) { mask |= 1 << Mask(place) }
    return mask
  }

  private func readAll() throws -> KeyedMasks {
    var blocks = KeyedMasks()
    try reader.payload.forEachOutline { key, outline in
      try reader.checkTime()
      blocks.add(mask(of: outline), at: key)
    }
    var traces = KeyedMasks()
    let statement = try reader.database.statement("list_all_trace_blocks")
    while try statement.step() {
      let mask = blocks[statement.integer(1)] ?? allBits
      if mask != 0 { traces.add(mask, at: statement.integer(0)) }
    }
    return traces
  }

  // MARK: Rows

  var hasReadAll: Bool { traces != nil }

  /// The keys of all rows of a list of which the filter may hold, once all outlines were looked through. nil: too many
  /// to name.
  func candidates(of list: FilteredList) throws -> Set<Int64>? {
    guard let traces, !mayHold(0) else { return nil }
    let rows: KeyedMasks
    switch list {
    case .traces, .spans: rows = traces
    case .sessions: rows = try together(traces, by: "list_sessions_of_traces")
    case .users: rows = try together(traces, by: "list_users_of_traces")
    }
    let keys = rows.keys(where: mayHold)
    return keys.count > Self.candidatesMax ? nil : Set(keys)
  }

  /// Beyond that, naming them in a statement costs more than it saves.
  private static let candidatesMax = 50_000

  private func together(_ traces: KeyedMasks, by query: String) throws -> KeyedMasks {
    var rows = KeyedMasks()
    let statement = try reader.database.statement(named: query)
    while try statement.step() {
      if let mask = traces[statement.integer(0)] { rows.add(mask, at: statement.integer(1)) }
    }
    return rows
  }
}

/// A condition on spans.
struct SpanCondition: Equatable {
  var field: SpanField
  var test: FilterTest
}

extension FilterExpression {
  /// Each once.
  var spanConditions: [SpanCondition] {
    var conditions: [SpanCondition] = []
    forEachSpanCondition { condition in
      if !conditions.contains(condition) { conditions.append(condition) }
    }
    return conditions
  }

  private func forEachSpanCondition(_ visit: (SpanCondition) -> Void) {
    switch self {
    case .all(let parts), .any(let parts): for part in parts { part.forEachSpanCondition(visit) }
    case .not(let part): part.forEachSpanCondition(visit)
    case .row: break
    case .span(let field, let test): visit(SpanCondition(field: field, test: test))
    }
  }
}

/// Masks of keys that are added in their order: nine bytes each.
struct KeyedMasks {
  private var keys: [Int64] = []
  private var masks: [SpanSieve.Mask] = []

  /// - Parameter key: no less than the one before; of an equal one the bits are joined.
  mutating func add(_ mask: SpanSieve.Mask, at key: Int64) {
    if let last = keys.indices.last, keys[last] == key {
      masks[last] |= mask
    } else {
      keys.append(key)
      masks.append(mask)
    }
  }

  subscript(key: Int64) -> SpanSieve.Mask? {
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < keys.count && keys[low] == key ? masks[low] : nil
  }

  func keys(where holds: (SpanSieve.Mask) -> Bool) -> [Int64] {
    let held = (0...SpanSieve.Mask.max).map(holds)
    return zip(keys, masks).filter { held[Int($1)] }.map(\.0)
  }
}
