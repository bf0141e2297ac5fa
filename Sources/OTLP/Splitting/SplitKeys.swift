/// The attribute keys of the block that is being written, and, so that each is looked up in the conventions once and
/// not for every block, those of the blocks before it.
struct SplitKeys {
  struct Entry {
    var rule: CutRule
    fileprivate var hash: UInt32
    fileprivate var offset: Int
    fileprivate var count: Int
    /// The block in which it was met last, and its place in that block's table.
    fileprivate var block: UInt64
    fileprivate var place: Int
  }

  /// Beyond so many keys those of earlier blocks are forgotten.
  private static let entriesMax = 4_096

  private var entries: [Entry] = []
  private var bytes: [UInt8] = []
  /// Open addressing: places in `entries`, plus one.
  private var slots = [Int32](repeating: 0, count: 1_024)
  private var block: UInt64 = 0
  /// Keys of the present block.
  private(set) var count = 0

  /// Begins the table of the next block.
  mutating func begin() {
    block += 1
    count = 0
    guard entries.count > Self.entriesMax else { return }
    entries.removeAll()
    bytes.removeAll()
    slots = [Int32](repeating: 0, count: 1_024)
  }

  /// The key's place in the block's table, and the rule for its values. A key that is new to the block is appended to
  /// `table`, behind its length.
  @inline(__always)
  mutating func place(
    of key: UnsafeRawBufferPointer, rule: (UnsafeRawBufferPointer) -> CutRule, table: inout ByteSink
  ) -> (place: Int, rule: CutRule) {
    let hash = Self.hash(key)
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if entries[index].hash == hash, entries[index].count == key.count, isEqual(index, key) {
        if entries[index].block != block { enter(index, key, &table) }
        return (entries[index].place, entries[index].rule)
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return add(key, hash, rule(key), &table)
  }

  @inline(never)
  private mutating func add(
    _ key: UnsafeRawBufferPointer, _ hash: UInt32, _ rule: CutRule, _ table: inout ByteSink
  ) -> (Int, CutRule) {
    if (entries.count + 1) * 2 > slots.count { grow() }
    entries.append(Entry(rule: rule, hash: hash, offset: bytes.count, count: key.count, block: 0, place: 0))
    bytes.append(contentsOf: key)
    insert(entries.count - 1)
    enter(entries.count - 1, key, &table)
    return (count - 1, rule)
  }

  private mutating func enter(_ index: Int, _ key: UnsafeRawBufferPointer, _ table: inout ByteSink) {
    entries[index].block = block
    entries[index].place = count
    count += 1
    table.append(varint: key.count)
    table.append(key)
  }

  private mutating func insert(_ index: Int) {
    var slot = Int(entries[index].hash) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(truncatingIfNeeded: index + 1)
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: slots.count * 2)
    for index in entries.indices { insert(index) }
  }

  @inline(__always)
  private func isEqual(_ index: Int, _ key: UnsafeRawBufferPointer) -> Bool {
    bytes.withUnsafeBytes { bytes in
      let entry = entries[index]
      var at = 0
      while at + 8 <= entry.count {
        let stored = bytes.loadUnaligned(fromByteOffset: entry.offset + at, as: UInt64.self)
        if stored != key.loadUnaligned(fromByteOffset: at, as: UInt64.self) { return false }
        at += 8
      }
      while at < entry.count {
        if bytes[entry.offset + at] != key[at] { return false }
        at += 1
      }
      return true
    }
  }

  /// Length, first and last eight bytes tell keys apart well enough; a sender that makes them collide slows down its
  /// own blocks only, which hold few keys.
  @inline(__always)
  private static func hash(_ key: UnsafeRawBufferPointer) -> UInt32 {
    var first: UInt64 = 0
    var middle: UInt64 = 0
    var last: UInt64 = 0
    if key.count >= 8 {
      first = key.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
      middle = key.loadUnaligned(fromByteOffset: (key.count - 8) / 2, as: UInt64.self)
      last = key.loadUnaligned(fromByteOffset: key.count - 8, as: UInt64.self)
    } else {
      for byte in key { first = first << 8 | UInt64(byte) }
    }
    var mixed = (first ^ UInt64(truncatingIfNeeded: key.count) &* 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 29) ^ last) &* 0x94D0_49BB_1331_11EB
    mixed = (mixed ^ (mixed >> 31) ^ middle) &* 0x9E37_79B9_7F4A_7C15
    return UInt32(truncatingIfNeeded: mixed >> 32)
  }
}
