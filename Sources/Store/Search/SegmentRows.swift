import SQLite

/// What the database says of a segment, without its content.
struct SegmentRow {
  var key: Int64
  var firstMessage: Int64
  var lastMessage: Int64
  var documents: Int64
  var words: Int64
  var bytes: Int64
  /// How many; their keys follow the segment's.
  var blocks: Int64

  /// Segments of one level are of about one size. From `sealed` on a segment is not joined to others any more.
  var level: Int { bytes < 8 << 10 ? 0 : bytes < 64 << 10 ? 1 : bytes < 512 << 10 ? 2 : Self.sealed }
  static let sealed = 3
}

/// The segments of the text index, as the writer keeps them: each commit appends one, and when eight of about one size
/// stand at the end they become one. Joining copies postings as they are. Confined to the writer.
final class SegmentRows {
  private let database: Database
  /// In the order of their messages; nil: to be read.
  private var known: [SegmentRow]?
  private static let joinedAtOnce = 8

  init(_ database: Database) { self.database = database }

  func forgetEverything() { known = nil }

  func append(_ draft: SegmentDraft) throws {
    var rows = try rows()
    rows.append(try insert(draft))
    known = rows
    while try joinNewest() {}
  }

  /// Writes the segment that holds the first message to be purged anew without it and the others that go. Returns false
  /// when nothing is left to be purged.
  func purgeOne() throws -> Bool {
    guard let message = try database.integer("next_search_purge") else { return false }
    var rows = try rows()
    guard let place = rows.firstIndex(where: { $0.firstMessage <= message && message <= $0.lastMessage }) else {
      try database.run("settle_search_purge", message, message)
      return true
    }
    let old = rows[place]
    let new = try join([old])
    rows.remove(at: place)
    if let new { rows.insert(new, at: place) }
    known = rows
    return true
  }

  /// Removes some blocks of the whole index. Returns whether any is left.
  func clear(blocks: Int64) throws -> Bool {
    known = nil
    try database.run("clear_search_blocks", blocks)
    if database.connection.changes > 0 { return true }
    for name in ["clear_search_segments", "clear_search_purge"] { try database.run(name) }
    return false
  }

  private func rows() throws -> [SegmentRow] {
    if let known { return known }
    let rows = try database.segmentRows()
    known = rows
    return rows
  }

  /// Joins the segments at the end when enough of about one size stand there.
  private func joinNewest() throws -> Bool {
    var rows = try rows()
    for level in 0..<SegmentRow.sealed {
      let count = rows.reversed().prefix { $0.level <= level }.count
      guard count >= Self.joinedAtOnce else { continue }
      let joined = try join(Array(rows.suffix(count)))
      rows.removeLast(count)
      if let joined { rows.append(joined) }
      known = rows
      return true
    }
    return false
  }

  /// One segment out of neighbours, without what is to be purged. nil: nothing is left.
  private func join(_ rows: [SegmentRow]) throws -> SegmentRow? {
    guard let first = rows.first, let last = rows.last else { return nil }
    let gone = try messagesToPurge(from: first.firstMessage, to: last.lastMessage)
    var draft: SegmentDraft?
    if Int64(gone.count) < rows.reduce(0, { $0 + $1.documents }) {
      draft = try SegmentJoin(rows, gone: gone, database).draft()
    }
    for row in rows {
      try database.run("delete_search_blocks", row.key, row.key + row.blocks)
      try database.run("delete_search_segment", row.key)
    }
    if !gone.isEmpty { try database.run("settle_search_purge", first.firstMessage, last.lastMessage) }
    guard let draft, draft.documents > 0 else { return nil }
    return try insert(draft)
  }

  private func messagesToPurge(from first: Int64, to last: Int64) throws -> Set<Int64> {
    let statement = try database.statement("list_search_purge")
    statement.bind(first, at: 1)
    statement.bind(last, at: 2)
    var keys: Set<Int64> = []
    while try statement.step() { keys.insert(statement.integer(0)) }
    return keys
  }

  private func insert(_ draft: SegmentDraft) throws -> SegmentRow {
    var key = try max(database.integer("max_search_block") ?? 0, database.integer("max_search_segment") ?? 0)
    let row = SegmentRow(
      key: key + 1, firstMessage: draft.firstMessage, lastMessage: draft.lastMessage,
      documents: Int64(draft.documents), words: Int64(draft.words), bytes: Int64(draft.bytes),
      blocks: Int64(draft.blocks.count))
    for block in draft.blocks {
      key += 1
      let statement = try database.statement("insert_search_block")
      statement.bind(key, at: 1)
      try block.withUnsafeBytes { bytes in
        statement.bind(borrowed: bytes, at: 2)
        try statement.run()
      }
    }
    let statement = try database.statement("insert_search_segment")
    let values = [
      row.key, row.firstMessage, row.lastMessage, row.documents, row.words, row.bytes, row.blocks,
    ]
    for (index, value) in values.enumerated() {
      statement.bind(value, at: Int32(index) + 1)
    }
    statement.bind(draft.directory, at: 8)
    statement.bind(draft.lengths, at: 9)
    try statement.run()
    return row
  }
}

extension Database {
  /// In the order of their messages.
  func segmentRows() throws -> [SegmentRow] {
    let statement = try statement("list_search_segments")
    var rows: [SegmentRow] = []
    while try statement.step() {
      rows.append(
        SegmentRow(
          key: statement.integer(0), firstMessage: statement.integer(1), lastMessage: statement.integer(2),
          documents: statement.integer(3), words: statement.integer(4), bytes: statement.integer(5),
          blocks: statement.integer(6)))
    }
    return rows.sorted { $0.firstMessage < $1.firstMessage }
  }

  func searchBlock(_ key: Int64) throws -> HeldBytes? {
    let statement = try statement("find_search_block")
    statement.bind(key, at: 1)
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    return statement.withBytes(0) { HeldBytes(copying: $0) }
  }

  /// The messages of a segment and how many words each holds.
  func searchLengths(ofSegment row: SegmentRow) throws -> (messages: [Int64], words: [Int]) {
    let statement = try statement("find_search_lengths")
    statement.bind(row.key, at: 1)
    guard try statement.step() else { throw SegmentDamage.error }
    defer { statement.reset() }
    return try statement.withBytes(0) { bytes in
      var reader = VarintReader(bytes)
      var messages: [Int64] = []
      var words: [Int] = []
      messages.reserveCapacity(Int(row.documents))
      words.reserveCapacity(Int(row.documents))
      var last = row.firstMessage
      while !reader.isAtEnd {
        last &+= Int64(reader.next())
        messages.append(last)
        words.append(reader.next())
      }
      if reader.isDamaged { throw SegmentDamage.error }
      return (messages, words)
    }
  }
}
