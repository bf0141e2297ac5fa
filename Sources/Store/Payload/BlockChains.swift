import Telemetry

/// The ends of recent owners' last blocks. A chat's next turn repeats the turns before it, so a block compressed against
/// the end of the one before holds little more than what is new. Bounded by bytes and by the length of a chain; an owner
/// that is not remembered begins a new one.
struct BlockChains {
  struct Base {
    var key: Int64
    /// At most `Limits.blockPrefixBytesMax` bytes.
    var prefix: [UInt8]
    /// How many blocks must be unpacked to have the prefix.
    var length: Int
    /// The first block of the chain, whose outline the outlines of all others are compressed against: one other has to
    /// be unpacked to read one. At most `Limits.blockPrefixBytesMax` bytes of it.
    var head: Int64
    var outline: [UInt8]

    var bytes: Int { prefix.capacity + outline.capacity }
  }

  private let limits: Limits
  private var bases: [BlockOwner: (base: Base, touched: UInt64)] = [:]
  private var bytes = 0
  private var clock: UInt64 = 0

  init(limits: Limits) { self.limits = limits }

  /// What the owner's next block is compressed against; nil for a new chain.
  func base(of owner: BlockOwner) -> Base? {
    guard let base = bases[owner]?.base, base.length < limits.blockChainMax else { return nil }
    return base
  }

  /// Remembers the block that was stored last for an owner.
  ///
  /// - Parameter continues: it was compressed against `base(of:)`. No copy of that may be held by now: the new end is
  ///   written over the old one, since 32 KiB here and there, allocated and freed for every block, leave a heap in holes.
  mutating func remember(_ block: RawBlock, key: Int64, continues: Bool) {
    clock += 1
    let prefix = UnsafeRawBufferPointer(rebasing: block.bytes.suffix(limits.blockPrefixBytesMax))
    if continues, var entry = bases.removeValue(forKey: block.owner) {
      bytes -= entry.base.bytes
      entry.base.prefix.removeAll(keepingCapacity: true)
      entry.base.prefix.reserveCapacity(prefix.count)
      entry.base.prefix.append(contentsOf: prefix)
      entry.base.key = key
      entry.base.length += 1
      bytes += entry.base.bytes
      bases[block.owner] = (entry.base, clock)
    } else {
      let outline = Array(Self.prefix(of: block.outline ?? [], limits))
      let base = Base(key: key, prefix: Array(prefix), length: 1, head: key, outline: outline)
      bytes += base.bytes - (bases[block.owner]?.base.bytes ?? 0)
      bases[block.owner] = (base, clock)
    }
    if bytes > limits.prefixCacheBytesMax { trim() }
  }

  /// Forgets these blocks: what they held changes, so that nothing may be compressed against it any more.
  mutating func forget(_ keys: Set<Int64>) {
    for (owner, entry) in bases where keys.contains(entry.base.key) || keys.contains(entry.base.head) {
      bases[owner] = nil
      bytes -= entry.base.bytes
    }
  }

  mutating func removeAll() {
    bases.removeAll()
    bytes = 0
  }

  /// The end of what a block (or its outline) holds that the next one may be compressed against.
  static func prefix(of bytes: [UInt8], _ limits: Limits) -> ArraySlice<UInt8> {
    bytes.suffix(limits.blockPrefixBytesMax)
  }

  /// Forgets a quarter at once, the longest untouched first, so that the sort is paid once for many.
  private mutating func trim() {
    for (owner, entry) in bases.sorted(by: { $0.value.touched < $1.value.touched }) {
      bases[owner] = nil
      bytes -= entry.base.bytes
      if bytes <= limits.prefixCacheBytesMax * 3 / 4 { return }
    }
  }
}
