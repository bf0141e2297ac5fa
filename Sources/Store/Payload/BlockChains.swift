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

    var bytes: Int { prefix.count + outline.count }
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
  mutating func remember(_ block: RawBlock, key: Int64, base: Base?) {
    clock += 1
    let next = Base(
      key: key, prefix: Array(Self.prefix(of: block.bytes, limits)), length: (base?.length ?? 0) + 1,
      head: base?.head ?? key, outline: base?.outline ?? Array(Self.prefix(of: block.outline ?? [], limits)))
    bytes += next.bytes - (bases[block.owner]?.base.bytes ?? 0)
    bases[block.owner] = (next, clock)
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
