import SQLite
import Telemetry

/// The bytes of what was deleted. A block that holds other traces is rewritten without them, an empty one is dropped;
/// blocks that were compressed against it are compressed anew against what is there now.
extension Committer {
  /// Purges blocks for about `budget`, at least one. Returns whether any is left.
  func purgeBlocks(for budget: Duration) throws -> Bool {
    let end = ContinuousClock.now + budget
    let isMore = try transaction {
      var changed: Set<Int64> = []
      var isMore = true
      repeat {
        // From the last one back: the blocks of a whole session go without being read.
        guard let key = try database.integer("next_purge") else {
          isMore = false
          break
        }
        try purge(block: key)
        changed.insert(key)
      } while ContinuousClock.now < end
      blocks.forget(changed)
      return isMore
    }
    return isMore
  }

  /// Purges words of messages that are gone for about `budget`. Returns whether any is left.
  func purgeSearch(for budget: Duration) throws -> Bool {
    guard let search else { return try buildSearch(isWanted: false) }
    return try transaction { try search.purge(for: budget) }
  }

  /// Gives free pages back to the file system. Returns whether any is left.
  func vacuum(pages: Int) throws -> Bool {
    try database.connection.execute("PRAGMA incremental_vacuum(\(pages))")
    return try (database.connection.integer("PRAGMA freelist_count") ?? 0) > 0
  }

  /// Empties the write-ahead log, where what was deleted still stands, if no reader needs it now. Returns whether it did.
  /// - Parameter waiting: for how long commits may wait for the readers that need it. Those that begin meanwhile don't.
  func truncateLog(waiting milliseconds: Int32) throws -> Bool {
    let connection = database.connection
    connection.setBusyTimeout(milliseconds: milliseconds)
    defer { connection.setBusyTimeout(milliseconds: Schema.busyMilliseconds) }
    guard try connection.integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0 else { return false }
    // The page cache is as the log was; what of it was scrubbed on its way to the file must not come back from here.
    connection.forgetPages()
    return true
  }

  /// True once all that was deleted so far is purged. Then nothing reminds of it.
  func endPurge() throws -> Bool {
    try transaction {
      if try database.integer("next_purge") != nil || database.integer("next_search_purge") != nil { return false }
      let statement = try database.statement("delete_counter")
      statement.bind(Deletion.purgingName, at: 1)
      try statement.run()
      return true
    }
  }

  private func purge(block key: Int64) throws {
    let state = try database.statement("find_block_state")
    state.bind(key, at: 1)
    guard try state.step() else {
      // The block is gone; what was to be purged of it is too.
      return try database.run("settle_purge", key)
    }
    let base = state.optionalInteger(0)
    let slotCount = state.integer(1)
    state.reset()
    let slots = try slotsToPurge(ofBlock: key)
    let dependents = try dependents(ofBlock: key)
    // All is read before anything is written: the dependents' bytes hang on this block as it is now.
    let outlines = try DependentOutlines(ofBlock: key, payload)
    let content = try dependents.map { (key: $0, bytes: try payload.texts(of: $0)) }
    let baseBytes = try base.map { (key: $0, bytes: try payload.texts(of: $0)) }
    var rewritten: RewrittenBlock?
    if slots.count < slotCount {
      let block = try payload.block(key)
      rewritten = try block.removing(
        slots, texts: block.isOutline ? payload.texts(of: key) : [], conventions: conventions, limits: limits)
    }
    let touched = [key] + dependents + outlines.keys
    let before = try sizes(ofBlocks: touched)
    var nextBase = baseBytes
    if let rewritten {
      try blocks.rewrite(key, bytes: rewritten.bytes, slots: rewritten.liveSlots, base: baseBytes)
      nextBase = (key, rewritten.bytes)
    } else {
      try database.run("delete_block", key)
    }
    for dependent in content {
      let slots = try slotCountOf(dependent.key)
      try blocks.rewrite(dependent.key, bytes: dependent.bytes, slots: slots, base: nextBase)
    }
    try outlines.write(key, outline: rewritten?.outline, blocks)
    try database.run("settle_purge", key)
    payload.forgetBlocks()
    try count(before, sizes(ofBlocks: touched), isDropped: rewritten == nil)
  }

  private struct Sizes {
    var payload: Int64 = 0
    var compressed: Int64 = 0
  }

  /// Of the blocks and their outlines together.
  private func sizes(ofBlocks keys: [Int64]) throws -> Sizes {
    var sizes = Sizes()
    for key in Set(keys) {
      for query in ["find_block_state", "find_outline_state"] {
        let statement = try database.statement(named: query)
        statement.bind(key, at: 1)
        guard try statement.step() else { continue }
        let first: Int32 = query == "find_block_state" ? 2 : 1
        sizes.payload += statement.integer(first)
        sizes.compressed += statement.integer(first + 1)
        statement.reset()
      }
    }
    return sizes
  }

  private func slotsToPurge(ofBlock key: Int64) throws -> Set<Int> {
    let statement = try database.statement("list_purge")
    statement.bind(key, at: 1)
    var slots: Set<Int> = []
    while try statement.step() {
      let first = Int(statement.integer(0))
      slots.formUnion(first..<first + Int(statement.integer(1)))
    }
    return slots
  }

  private func dependents(ofBlock key: Int64) throws -> [Int64] {
    let statement = try database.statement("list_dependent_blocks")
    statement.bind(key, at: 1)
    var keys: [Int64] = []
    while try statement.step() { keys.append(statement.integer(0)) }
    return keys
  }

  private func slotCountOf(_ key: Int64) throws -> Int {
    let statement = try database.statement("find_block_state")
    statement.bind(key, at: 1)
    guard try statement.step() else { return 0 }
    defer { statement.reset() }
    return Int(statement.integer(1))
  }

  private func count(_ before: Sizes, _ after: Sizes, isDropped: Bool) throws {
    for (name, difference) in [
      ("blocks", isDropped ? -1 : 0), ("payload_bytes", after.payload - before.payload),
      ("compressed_bytes", after.compressed - before.compressed),
    ] where difference != 0 {
      let statement = try database.statement("add_counter")
      statement.bind(name, at: 1)
      statement.bind(difference, at: 2)
      try statement.run()
    }
  }
}
