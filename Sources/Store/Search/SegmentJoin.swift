import SQLite

/// Makes one segment of neighbours. A word's postings are copied as they are, one segment's behind the other's, unless
/// some of their messages are to go.
struct SegmentJoin {
  private let rows: [SegmentRow]
  private let gone: Set<Int64>
  private let database: Database
  private let base: Int64

  /// - Parameter rows: in the order of their messages.
  init(_ rows: [SegmentRow], gone: Set<Int64>, _ database: Database) {
    self.rows = rows
    self.gone = gone
    self.database = database
    base = rows.first?.firstMessage ?? 0
  }

  func draft() throws -> SegmentDraft {
    var draft = SegmentDraft(firstMessage: base)
    for row in rows {
      let (messages, words) = try database.searchLengths(ofSegment: row)
      for (message, words) in zip(messages, words) where !gone.contains(message) {
        draft.addDocument(message, words: words)
      }
    }
    var cursors: [SegmentCursor] = []
    for row in rows {
      let cursor = try SegmentCursor(row, database)
      if try cursor.next() { cursors.append(cursor) }
    }
    var here: [Int] = []
    while !cursors.isEmpty {
      here.removeAll(keepingCapacity: true)
      for (index, cursor) in cursors.enumerated() {
        guard let least = here.first else {
          here.append(index)
          continue
        }
        let order = cursor.compare(with: cursors[least])
        if order < 0 { here.removeAll(keepingCapacity: true) }
        if order <= 0 { here.append(index) }
      }
      add(here.map { cursors[$0] }, to: &draft)
      for index in here.reversed() where try !cursors[index].next() { cursors.remove(at: index) }
    }
    draft.finish()
    return draft
  }

  /// Adds one word: its postings in each of the segments that have it.
  private func add(_ cursors: [SegmentCursor], to draft: inout SegmentDraft) {
    var list = PostingsList()
    for cursor in cursors {
      let offset = Int(cursor.row.firstMessage &- base)
      if gone.isEmpty {
        list.join(cursor.block.bytes, cursor.entry, offset: offset)
      } else {
        list.join(cursor.block.bytes, cursor.entry, offset: offset) { !gone.contains(base &+ Int64($0)) }
      }
    }
    guard list.documents > 0, let cursor = cursors.first else { return }
    cursor.word.withUnsafeBytes { word in
      draft.add(
        word, documents: list.documents, first: list.first, span: list.last - list.first, postings: list.bytes)
    }
  }
}

/// Postings of one word on their way into a new segment.
private struct PostingsList {
  private(set) var bytes: [UInt8] = []
  private(set) var documents = 0
  private(set) var first = 0
  private(set) var last = 0

  /// - Parameter offset: what is to be added to distances of the old segment.
  mutating func join(_ block: UnsafeRawBufferPointer, _ entry: SegmentEntry, offset: Int) {
    guard let isOnce = block[entry.postings].first else { return }
    begin(entry.first + offset, isOnce: isOnce == 1)
    bytes.append(contentsOf: block[entry.postings.dropFirst()])
    last = entry.first + entry.span + offset
    documents += entry.documents - 1
  }

  mutating func join(
    _ block: UnsafeRawBufferPointer, _ entry: SegmentEntry, offset: Int, where isKept: (Int) -> Bool
  ) {
    var reader = PostingsReader(block, entry)
    while reader.next() {
      let document = reader.document + offset
      guard isKept(document) else { continue }
      let count = reader.count
      begin(document, isOnce: count == 1)
      if count > 1 { bytes.append(varint: count) }
      var before = 0
      for _ in 0..<count {
        let position = reader.nextPosition()
        bytes.append(varint: position - before)
        before = position
      }
    }
  }

  private mutating func begin(_ document: Int, isOnce: Bool) {
    if documents == 0 { first = document }
    let distance = documents == 0 ? 0 : document - last
    bytes.append(varint: distance << 1 | (isOnce ? 1 : 0))
    last = document
    documents += 1
  }
}

/// Walks over a segment's words in their order.
final class SegmentCursor {
  let row: SegmentRow
  private let database: Database
  private var nextKey: Int64
  private let endKey: Int64
  private(set) var block: HeldBytes
  private var reader: WordReader

  init(_ row: SegmentRow, _ database: Database) throws {
    self.row = row
    self.database = database
    nextKey = row.key
    endKey = row.key + row.blocks
    block = HeldBytes(copying: UnsafeRawBufferPointer(start: nil, count: 0))
    reader = WordReader(block.bytes)
  }

  var word: [UInt8] { reader.word }
  var entry: SegmentEntry { reader.entry }

  func next() throws -> Bool {
    while try !reader.next() {
      guard nextKey < endKey else { return false }
      guard let next = try database.searchBlock(nextKey) else { throw SegmentDamage.error }
      nextKey += 1
      block = next
      reader = WordReader(next.bytes)
    }
    return true
  }

  func compare(with other: SegmentCursor) -> Int {
    word.withUnsafeBytes { a in other.word.withUnsafeBytes { b in compareBytes(a, b) } }
  }
}
