import Compression
import Conversations
import OTLP
import SQLite
import Telemetry

/// What is left of a block.
struct RewrittenBlock {
  /// nil for a block without one.
  var outline: [UInt8]?
  var bytes: [UInt8]
  var liveSlots: Int
}

extension Block {
  /// The block without the items of these slots: the slots keep their numbers; resources, scopes and keys that no item
  /// names any more go too.
  /// - Parameter texts: those of an outline.
  func removing(
    _ slots: Set<Int>, texts: [UInt8], conventions: Conventions, limits: Limits
  ) throws -> RewrittenBlock {
    var encoder = BlockEncoder()
    var splitter = SpanSplitter()
    var joiner = SpanJoiner()
    splitter.begin()
    try bytes.withUnsafeBytes { bytes in
      for (slot, item) in items.enumerated() {
        if item.kind == .removed || slots.contains(slot) {
          encoder.addRemoved(isSplit: isOutline)
          continue
        }
        let resource = encoder.number(of: resources[item.resource], in: bytes)
        let scope = encoder.number(of: scopes[item.scope], in: bytes)
        if isOutline {
          try joiner.join(item, of: self, bytes, texts: texts)
          try joiner.withMessage { message in
            try encoder.add(message, resource: resource, scope: scope, to: &splitter) {
              conventions.cutRule(ofKey: $0, limits: limits)
            }
          }
        } else {
          let message = UnsafeRawBufferPointer(rebasing: bytes[item.message])
          encoder.add(item.kind, message, resource: resource, scope: scope)
        }
      }
    }
    let live = encoder.liveCount
    if !isOutline { return RewrittenBlock(outline: nil, bytes: encoder.finish(), liveSlots: live) }
    return RewrittenBlock(outline: encoder.outline(splitter), bytes: splitter.texts, liveSlots: live)
  }
}

extension BlockRows {
  /// Writes a block anew, compressed against the end of `base`.
  func rewrite(_ key: Int64, bytes: [UInt8], slots: Int, base: (key: Int64, bytes: [UInt8])?) throws {
    let prefix = base.map { Array(BlockChains.prefix(of: $0.bytes, limits)) }
    let statement = try database.statement("update_block")
    statement.bind(key, at: 1)
    statement.bind(base?.key, at: 2)
    statement.bind(Int64(slots), at: 3)
    statement.bind(Int64(bytes.count), at: 4)
    try bytes.withUnsafeBytes { bytes in
      statement.bind(borrowed: try compress(bytes, prefix: prefix, level: Self.textLevel), at: 5)
      try statement.run()
    }
  }

  /// Writes an outline anew, compressed against the one of `head`.
  func rewrite(outline key: Int64, bytes: [UInt8], head: (key: Int64, bytes: [UInt8])?) throws {
    let prefix = head.map { Array(BlockChains.prefix(of: $0.bytes, limits)) }
    let statement = try database.statement("update_outline")
    statement.bind(key, at: 1)
    statement.bind(head?.key, at: 2)
    statement.bind(Int64(bytes.count), at: 3)
    try bytes.withUnsafeBytes { bytes in
      statement.bind(borrowed: try compress(bytes, prefix: prefix, level: Self.outlineLevel), at: 4)
      try statement.run()
    }
  }
}
