import Compression
import SQLite

extension Block {
  /// The block without the items of these slots: the slots keep their numbers, and resources and scopes that no item
  /// names any more go too. `liveSlots` is how many items are left.
  func removing(_ slots: Set<Int>) -> (bytes: [UInt8], liveSlots: Int) {
    var writer = BlockWriter()
    for (slot, item) in items.enumerated() {
      if item.kind == .removed || slots.contains(slot) {
        writer.addRemoved()
      } else {
        writer.add(item, of: self)
      }
    }
    return (writer.finish(), writer.liveSlots)
  }
}

/// Writes the form of `BlockEncoder` out of the parts of a block.
private struct BlockWriter {
  private var resources: [Int: Int] = [:]
  private var scopes: [Int: Int] = [:]
  private var resourceBytes: [UInt8] = []
  private var scopeBytes: [UInt8] = []
  private var itemBytes: [UInt8] = []
  private var messages: [UInt8] = []
  private var itemCount = 0
  private(set) var liveSlots = 0

  mutating func addRemoved() {
    itemBytes.append(BlockItemKind.removed.rawValue)
    itemBytes.append(contentsOf: [0, 0, 0])
    itemCount += 1
  }

  mutating func add(_ item: Block.Item, of block: Block) {
    let resource = resources[item.resource] ?? resources.count
    if resource == resources.count {
      resources[item.resource] = resource
      let parts = block.resources[item.resource]
      for range in [parts.message, parts.schemaURL, parts.requestProject] {
        append(block.bytes[range], to: &resourceBytes)
      }
    }
    let scope = scopes[item.scope] ?? scopes.count
    if scope == scopes.count {
      scopes[item.scope] = scope
      let parts = block.scopes[item.scope]
      for range in [parts.message, parts.schemaURL] { append(block.bytes[range], to: &scopeBytes) }
    }
    itemBytes.append(item.kind.rawValue)
    append(varint: resource, to: &itemBytes)
    append(varint: scope, to: &itemBytes)
    append(varint: item.message.count, to: &itemBytes)
    messages.append(contentsOf: block.bytes[item.message])
    itemCount += 1
    liveSlots += 1
  }

  func finish() -> [UInt8] {
    var bytes: [UInt8] = [1]
    append(varint: resources.count, to: &bytes)
    bytes.append(contentsOf: resourceBytes)
    append(varint: scopes.count, to: &bytes)
    bytes.append(contentsOf: scopeBytes)
    append(varint: itemCount, to: &bytes)
    bytes.append(contentsOf: itemBytes)
    bytes.append(contentsOf: messages)
    return bytes
  }

  private func append(_ run: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    append(varint: run.count, to: &bytes)
    bytes.append(contentsOf: run)
  }

  private func append(varint value: Int, to bytes: inout [UInt8]) {
    var rest = UInt(bitPattern: value)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

extension BlockRows {
  /// Writes a block anew, compressed against the end of `base`. Returns its size in bytes as stored.
  func rewrite(_ key: Int64, bytes: [UInt8], slots: Int, base: (key: Int64, bytes: [UInt8])?) throws -> Int {
    let data = try bytes.withUnsafeBytes { bytes in
      guard let base else { return try compressor.compress(bytes) }
      return try BlockChains.prefix(of: base.bytes, limits).withUnsafeBytes { prefix in
        try compressor.compress(bytes, prefix: prefix)
      }
    }
    let statement = try database.statement("update_block")
    statement.bind(key, at: 1)
    statement.bind(base?.key, at: 2)
    statement.bind(Int64(slots), at: 3)
    statement.bind(Int64(bytes.count), at: 4)
    try data.withUnsafeBytes { bytes in
      statement.bind(borrowed: bytes, at: 5)
      try statement.run()
    }
    return data.count
  }
}
