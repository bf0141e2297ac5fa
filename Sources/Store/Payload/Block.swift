/// A block read back: its bytes, and where in them everything lies. Source of the form: `BlockEncoder`.
struct Block {
  struct Resource {
    var message: Range<Int>
    var schemaURL: Range<Int>
    var requestProject: Range<Int>
  }

  struct Scope {
    var message: Range<Int>
    var schemaURL: Range<Int>
  }

  struct Item {
    var kind: BlockItemKind
    var resource: Int
    var scope: Int
    var message: Range<Int>
  }

  let bytes: [UInt8]
  private(set) var resources: [Resource] = []
  private(set) var scopes: [Scope] = []
  private(set) var items: [Item] = []

  /// Reads the tables. Bytes that are no block (a damaged file) are an error that says what was wrong.
  init(_ bytes: [UInt8]) throws(StoreError) {
    self.bytes = bytes
    var reader = BlockReader(bytes)
    guard try reader.byte() == 1 else { throw BlockReader.damaged("unknown version") }
    for _ in 0..<(try reader.count()) {
      resources.append(
        Resource(message: try reader.run(), schemaURL: try reader.run(), requestProject: try reader.run()))
    }
    for _ in 0..<(try reader.count()) {
      scopes.append(Scope(message: try reader.run(), schemaURL: try reader.run()))
    }
    let count = try reader.count()
    items.reserveCapacity(count)
    var lengths: [Int] = []
    lengths.reserveCapacity(count)
    for _ in 0..<count {
      guard let kind = BlockItemKind(rawValue: try reader.byte()) else { throw BlockReader.damaged("unknown item") }
      let item = Item(kind: kind, resource: try reader.varint(), scope: try reader.varint(), message: 0..<0)
      guard kind == .removed || (item.resource < resources.count && item.scope < scopes.count) else {
        throw BlockReader.damaged("item names no resource")
      }
      items.append(item)
      lengths.append(try reader.varint())
    }
    for (index, length) in lengths.enumerated() { items[index].message = try reader.run(of: length) }
  }
}

private struct BlockReader {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func damaged(_ reason: String) -> StoreError {
    .unusable(
      "a block of the database is damaged: \(reason)",
      hint: "run `steno verify`, and restore the file from a backup if it reports damage")
  }

  mutating func byte() throws(StoreError) -> UInt8 {
    guard at < bytes.count else { throw Self.damaged("it ends early") }
    at += 1
    return bytes[at - 1]
  }

  mutating func varint() throws(StoreError) -> Int {
    var value = 0
    for shift in stride(from: 0, to: 35, by: 7) {
      let next = try byte()
      value |= Int(next & 0x7F) << shift
      if next < 0x80 { return value }
    }
    throw Self.damaged("malformed length")
  }

  /// A count of entries, each at least one byte: more than there are bytes left is damage, not a reason to allocate.
  mutating func count() throws(StoreError) -> Int {
    let count = try varint()
    guard count <= bytes.count - at else { throw Self.damaged("malformed count") }
    return count
  }

  mutating func run() throws(StoreError) -> Range<Int> { try run(of: try varint()) }

  mutating func run(of length: Int) throws(StoreError) -> Range<Int> {
    guard length <= bytes.count - at else { throw Self.damaged("it ends early") }
    at += length
    return at - length..<at
  }
}
