import Conversations
import JSON
import Telemetry

/// A sum that knows how many rows gave it: without any it is unknown, not 0. Sums wrap, so that taking a part away
/// again always gives back what was there before.
struct Sum: Equatable {
  private(set) var value: Int64 = 0
  private(set) var count: Int64 = 0

  var known: Int64? { count == 0 ? nil : value }

  init() {}

  mutating func add(_ part: Int64?) {
    guard let part else { return }
    value &+= part
    count &+= 1
  }

  mutating func remove(_ part: Int64?) {
    guard let part else { return }
    value &-= part
    count &-= 1
  }

  init?(_ json: JSONValue?) {
    guard let value = json?[0]?.int64, let count = json?[1]?.int64 else { return nil }
    self.value = value
    self.count = count
  }

  func write(to writer: inout JSONWriter) {
    writer.beginArray()
    writer.int(value)
    writer.int(count)
    writer.endArray()
  }
}

/// Tokens and cost of several traces.
struct UsageTally: Equatable {
  private(set) var input = Sum()
  private(set) var output = Sum()
  private(set) var total = Sum()
  private(set) var cachedInput = Sum()
  private(set) var reasoning = Sum()
  private(set) var cost = Sum()

  init() {}

  mutating func add(_ tokens: TokenCounts?, cost part: PicoDollars?) {
    input.add(tokens?.input)
    output.add(tokens?.output)
    total.add(tokens?.total)
    cachedInput.add(tokens?.cachedInput)
    reasoning.add(tokens?.reasoning)
    cost.add(part?.value)
  }

  mutating func remove(_ tokens: TokenCounts?, cost part: PicoDollars?) {
    input.remove(tokens?.input)
    output.remove(tokens?.output)
    total.remove(tokens?.total)
    cachedInput.remove(tokens?.cachedInput)
    reasoning.remove(tokens?.reasoning)
    cost.remove(part?.value)
  }

  var tokens: TokenCounts? {
    if input.count == 0 && output.count == 0 && total.count == 0 { return nil }
    return TokenCounts(
      input: input.known, output: output.known, total: total.known, cachedInput: cachedInput.known,
      reasoning: reasoning.known)
  }

  init?(_ json: JSONValue?) {
    guard let input = Sum(json?[0]), let output = Sum(json?[1]), let total = Sum(json?[2]),
      let cachedInput = Sum(json?[3]), let reasoning = Sum(json?[4]), let cost = Sum(json?[5])
    else { return nil }
    self.input = input
    self.output = output
    self.total = total
    self.cachedInput = cachedInput
    self.reasoning = reasoning
    self.cost = cost
  }

  func write(to writer: inout JSONWriter) {
    writer.beginArray()
    for sum in [input, output, total, cachedInput, reasoning, cost] { sum.write(to: &writer) }
    writer.endArray()
  }
}

/// Distinct texts and how many rows carry each. A row has few of them, mostly one: a sorted array is smaller than a
/// dictionary, and sooner read, changed and written.
struct TextTally: Equatable {
  private struct Entry: Equatable {
    var key: ExactText
    var count: Int64
  }

  /// Ordered by their UTF-8; no count is 0.
  private var entries: [Entry] = []

  init() {}

  var isEmpty: Bool { entries.isEmpty }

  /// Ordered by their UTF-8.
  var texts: [String] { entries.map(\.key.text) }

  mutating func add(_ texts: [String]) {
    for text in texts { change(ExactText(text), by: 1) }
  }

  mutating func remove(_ texts: [String]) {
    for text in texts { change(ExactText(text), by: -1) }
  }

  private mutating func change(_ key: ExactText, by difference: Int64) {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].key < key { low = middle + 1 } else { high = middle }
    }
    guard low < entries.count, entries[low].key == key else {
      entries.insert(Entry(key: key, count: difference), at: low)
      return
    }
    entries[low].count &+= difference
    if entries[low].count == 0 { entries.remove(at: low) }
  }

  init?(_ json: JSONValue?) {
    guard let pairs = json?.array else { return nil }
    for pair in pairs {
      guard let text = pair[0]?.string, let count = pair[1]?.int64 else { return nil }
      change(ExactText(text), by: count)
    }
  }

  func write(to writer: inout JSONWriter) {
    writer.beginArray()
    for entry in entries {
      writer.beginArray()
      writer.string(entry.key.text)
      writer.int(entry.count)
      writer.endArray()
    }
    writer.endArray()
  }
}
