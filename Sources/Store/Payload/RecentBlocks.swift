/// What was unpacked last: neighbouring traces share blocks. Bounded by bytes; the longest there goes first.
struct RecentBlocks<Value> {
  private let bytesMax: Int
  private var values: [Int64: (value: Value, bytes: Int)] = [:]
  private var order: [Int64] = []
  private var first = 0
  private var bytes = 0

  init(bytesMax: Int) { self.bytesMax = bytesMax }

  subscript(key: Int64) -> Value? { values[key]?.value }

  mutating func insert(_ value: Value, key: Int64, bytes count: Int) {
    guard values[key] == nil else { return }
    values[key] = (value, count)
    order.append(key)
    bytes += count
    while bytes > bytesMax, order.count - first > 1 {
      if let gone = values.removeValue(forKey: order[first]) { bytes -= gone.bytes }
      first += 1
    }
    if first > 1_024, first > order.count / 2 {
      order.removeFirst(first)
      first = 0
    }
  }

  mutating func removeAll() {
    values.removeAll()
    order.removeAll()
    first = 0
    bytes = 0
  }
}
