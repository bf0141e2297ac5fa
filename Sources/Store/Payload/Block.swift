import OTLP
import Telemetry

/// A block or an outline read back: its bytes, and where in them everything lies. Source of the form: `BlockEncoder`.
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
    /// Empty in an outline.
    var message = 0..<0
    /// Only in an outline; `texts` of the texts that belong to it.
    var shape = 0..<0
    var values = 0..<0
    var texts = 0..<0
  }

  let bytes: [UInt8]
  /// It is an outline: its spans are taken apart.
  let isOutline: Bool
  private(set) var resources: [Resource] = []
  private(set) var scopes: [Scope] = []
  /// The keys of an outline, each with its length before it.
  private(set) var keys: [ByteRange] = []
  private(set) var items: [Item] = []

  /// Reads the tables. Bytes that are no block (a damaged file) are an error that says what was wrong.
  init(_ bytes: [UInt8]) throws(StoreError) {
    self.bytes = bytes
    var reader = BlockReader(bytes)
    switch try reader.byte() {
    case 1: isOutline = false
    case 2: isOutline = true
    default: throw BlockReader.damaged("unknown version")
    }
    for _ in 0..<(try reader.count()) {
      resources.append(
        Resource(message: try reader.run(), schemaURL: try reader.run(), requestProject: try reader.run()))
    }
    for _ in 0..<(try reader.count()) {
      scopes.append(Scope(message: try reader.run(), schemaURL: try reader.run()))
    }
    if isOutline { try readKeys(&reader) }
    var sizes: [Int] = []
    for _ in 0..<(try reader.count()) {
      guard let kind = BlockItemKind(rawValue: try reader.byte()) else { throw BlockReader.damaged("unknown item") }
      let item = Item(kind: kind, resource: try reader.varint(), scope: try reader.varint())
      guard kind == .removed || (item.resource < resources.count && item.scope < scopes.count) else {
        throw BlockReader.damaged("item names no resource")
      }
      items.append(item)
      for _ in 0..<(isOutline ? 3 : 1) { sizes.append(try reader.varint()) }
    }
    if isOutline {
      try placeRuns(sizes, &reader)
    } else {
      for (index, length) in sizes.enumerated() { items[index].message = try reader.run(of: length) }
    }
  }

  private mutating func readKeys(_ reader: inout BlockReader) throws(StoreError) {
    for _ in 0..<(try reader.count()) {
      let start = reader.at
      let key = try reader.run()
      keys.append(ByteRange(offset: start, count: key.upperBound - start))
    }
  }

  private mutating func placeRuns(_ sizes: [Int], _ reader: inout BlockReader) throws(StoreError) {
    var text = 0
    for index in items.indices { items[index].shape = try reader.run(of: sizes[3 * index]) }
    for index in items.indices {
      items[index].values = try reader.run(of: sizes[3 * index + 1])
      items[index].texts = text..<text + sizes[3 * index + 2]
      text = items[index].texts.upperBound
    }
  }
}

struct BlockReader {
  private let bytes: [UInt8]
  private(set) var at = 0

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
