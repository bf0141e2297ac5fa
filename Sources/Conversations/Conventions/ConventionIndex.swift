/// The rows of one place, ready to be found by key: an open-addressing hash over whole keys, and short lists of key
/// families by their first bytes. Finding costs no allocation.
struct ConventionIndex: Sendable {
  /// No row.
  static let none = UInt16.max

  private struct Entry: Sendable {
    var hash: UInt32 = 0
    var row: UInt16 = ConventionIndex.none
    /// The key's bytes in `keyBytes`.
    var count: UInt16 = 0
    var offset: UInt32 = 0
  }

  /// Shortest prefix of a family, in bytes: what the lists of families are found by.
  private static let familyBytesMin = 6

  private var entries: [Entry]
  private var mask: Int
  private var keyBytes: [UInt8] = []
  /// By `familySlot`, the longest prefix first.
  private var families: [[Entry]]

  /// `next` is extended to the row behind each row whose pattern and place are the same.
  init(_ rows: [Convention], at place: Convention.Place, next: inout [UInt16]) {
    let keys = rows.indices.filter { rows[$0].place == place }
    var size = 64
    while size < keys.count * 3 { size *= 2 }
    entries = Array(repeating: Entry(), count: size)
    mask = size - 1
    families = Array(repeating: [], count: 64)
    for row in keys {
      switch rows[row].pattern {
      case .key(let key): add(Array(key.utf8), row: UInt16(row), next: &next)
      case .family(let prefix, _): addFamily(Array(prefix.utf8), row: UInt16(row), next: &next)
      case .member: continue
      }
    }
    for slot in families.indices { families[slot].sort { $0.count > $1.count } }
  }

  /// The first row for a key: of the key itself, else of the longest family that it belongs to; `none` without one.
  @inline(__always)
  func row(of key: UnsafeRawBufferPointer) -> UInt16 {
    let hash = Self.hash(key)
    var slot = Int(hash) & mask
    while entries[slot].row != Self.none {
      if entries[slot].hash == hash, matches(entries[slot], key, whole: true) { return entries[slot].row }
      slot = (slot + 1) & mask
    }
    guard key.count > Self.familyBytesMin else { return Self.none }
    for family in families[Self.familySlot(key)] where matches(family, key, whole: false) { return family.row }
    return Self.none
  }

  private mutating func add(_ key: [UInt8], row: UInt16, next: inout [UInt16]) {
    key.withUnsafeBytes { bytes in
      let hash = Self.hash(bytes)
      var slot = Int(hash) & mask
      while entries[slot].row != Self.none {
        if entries[slot].hash == hash, matches(entries[slot], bytes, whole: true) {
          return Self.append(row, behind: entries[slot].row, &next)
        }
        slot = (slot + 1) & mask
      }
      entries[slot] = Entry(hash: hash, row: row, count: UInt16(key.count), offset: UInt32(keyBytes.count))
      keyBytes += key
    }
  }

  private mutating func addFamily(_ prefix: [UInt8], row: UInt16, next: inout [UInt16]) {
    guard prefix.count >= Self.familyBytesMin else { return }
    prefix.withUnsafeBytes { bytes in
      let slot = Self.familySlot(bytes)
      for family in families[slot] where Int(family.count) == prefix.count && matches(family, bytes, whole: false) {
        return Self.append(row, behind: family.row, &next)
      }
      families[slot].append(Entry(row: row, count: UInt16(prefix.count), offset: UInt32(keyBytes.count)))
      keyBytes += prefix
    }
  }

  private static func append(_ row: UInt16, behind first: UInt16, _ next: inout [UInt16]) {
    var last = Int(first)
    while next[last] != none { last = Int(next[last]) }
    next[last] = row
  }

  @inline(__always)
  private func matches(_ entry: Entry, _ key: UnsafeRawBufferPointer, whole: Bool) -> Bool {
    let count = Int(entry.count)
    guard whole ? key.count == count : key.count >= count else { return false }
    return keyBytes.withUnsafeBytes { bytes in
      bytesAreEqual(UnsafeRawBufferPointer(rebasing: bytes[Int(entry.offset)..<Int(entry.offset) + count]), key, count)
    }
  }

  /// Length, first and last eight bytes tell the keys of the table apart well enough.
  @inline(__always)
  private static func hash(_ key: UnsafeRawBufferPointer) -> UInt32 {
    let count = key.count
    var first: UInt64 = 0
    var last: UInt64 = 0
    if count >= 8 {
      first = key.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
      last = key.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    } else {
      for byte in key { first = first << 8 | UInt64(byte) }
    }
    var mixed = (first ^ UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 29) ^ last) &* 0x94D0_49BB_1331_11EB
    return UInt32(truncatingIfNeeded: mixed >> 32)
  }

  /// Called with at least `familyBytesMin` bytes.
  @inline(__always)
  private static func familySlot(_ key: UnsafeRawBufferPointer) -> Int {
    let word = key.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
    let half = key.loadUnaligned(fromByteOffset: 4, as: UInt16.self)
    return Int(((UInt64(word) | UInt64(half) << 32) &* 0x9E37_79B9_7F4A_7C15) >> 58)
  }
}

/// Both hold at least `count` bytes.
@inline(__always)
func bytesAreEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer, _ count: Int) -> Bool {
  var at = 0
  while at + 8 <= count {
    if a.loadUnaligned(fromByteOffset: at, as: UInt64.self) != b.loadUnaligned(fromByteOffset: at, as: UInt64.self) {
      return false
    }
    at += 8
  }
  while at < count {
    if a[at] != b[at] { return false }
    at += 1
  }
  return true
}
