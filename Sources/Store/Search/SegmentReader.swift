import SQLite
import Telemetry

/// The messages of a segment that hold a phrase, as distances from its first, ascending, and how often each holds it.
struct PhraseMatches {
  var documents: [Int] = []
  var counts: [Int] = []
}

/// Looks phrases up in one segment.
struct SegmentReader {
  private let database: Database
  private let row: SegmentRow
  /// The first word of each block.
  private let directory: HeldBytes
  private let words: [Range<Int>]
  private let deadline: Deadline

  init(_ row: SegmentRow, _ database: Database, _ deadline: Deadline) throws {
    self.row = row
    self.database = database
    self.deadline = deadline
    let statement = try database.statement("find_search_directory")
    statement.bind(row.key, at: 1)
    guard try statement.step() else { throw SegmentDamage.error }
    directory = statement.withBytes(0) { HeldBytes(copying: $0) }
    statement.reset()
    var reader = VarintReader(directory.bytes)
    var words: [Range<Int>] = []
    words.reserveCapacity(Int(row.blocks))
    while !reader.isAtEnd {
      let count = reader.next()
      words.append(reader.at..<reader.at + count)
      _ = reader.take(count)
    }
    if reader.isDamaged || words.count != Int(row.blocks) { throw SegmentDamage.error }
    self.words = words
  }

  func matches(_ phrase: TextQuery.Phrase) throws -> PhraseMatches {
    guard phrase.elements.count > 1 else { return try phrase.elements.first.map(matches) ?? PhraseMatches() }
    var lists: [(offset: Int, list: PositionList)] = []
    for element in phrase.elements {
      let list = try positions(element)
      if list.documents.isEmpty { return PhraseMatches() }
      lists.append((element.offset, list))
    }
    return PositionList.together(lists)
  }

  private func matches(_ element: TextQuery.Element) throws -> PhraseMatches {
    var matches = PhraseMatches()
    var isMerged = false
    try forEachEntry(element) { block, entry in
      isMerged = !matches.documents.isEmpty
      var reader = PostingsReader(block.bytes, entry)
      while reader.next() {
        matches.documents.append(reader.document)
        matches.counts.append(reader.count)
      }
    }
    return isMerged ? matches.sorted : matches
  }

  private func positions(_ element: TextQuery.Element) throws -> PositionList {
    var list = PositionList()
    var isMerged = false
    try forEachEntry(element) { block, entry in
      isMerged = !list.documents.isEmpty
      var reader = PostingsReader(block.bytes, entry)
      while reader.next() {
        list.documents.append(reader.document)
        for _ in 0..<reader.count { list.positions.append(reader.nextPosition()) }
        list.ends.append(list.positions.count)
      }
    }
    return isMerged ? list.sorted : list
  }

  /// The element's word, or every word that begins with it.
  private func forEachEntry(
    _ element: TextQuery.Element, _ use: (HeldBytes, SegmentEntry) -> Void
  ) throws {
    try element.word.withUnsafeBytes { wanted in
      var place = lastBlock(beginningUpTo: wanted)
      while place < words.count {
        try deadline.check()
        guard let block = try database.searchBlock(row.key + Int64(place)) else { throw SegmentDamage.error }
        var reader = WordReader(block.bytes)
        while try reader.next() {
          let order = reader.word.withUnsafeBytes { word in
            compareBytes(UnsafeRawBufferPointer(rebasing: word.prefix(element.isPrefix ? wanted.count : .max)), wanted)
          }
          if order > 0 { return }
          if order == 0 { use(block, reader.entry) }
        }
        place += 1
      }
    }
  }

  /// The block in which a word stands, if it stands anywhere.
  private func lastBlock(beginningUpTo word: UnsafeRawBufferPointer) -> Int {
    var low = 0
    var high = words.count
    while low < high {
      let middle = (low + high) / 2
      let first = UnsafeRawBufferPointer(rebasing: directory.bytes[words[middle]])
      if compareBytes(first, word) <= 0 { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }
}

extension PhraseMatches {
  /// Of several words in the order of messages; a message that holds several of them once.
  fileprivate var sorted: PhraseMatches {
    var sorted = PhraseMatches()
    for index in documents.indices.sorted(by: { documents[$0] < documents[$1] }) {
      if let last = sorted.documents.indices.last, sorted.documents[last] == documents[index] {
        sorted.counts[last] += counts[index]
      } else {
        sorted.documents.append(documents[index])
        sorted.counts.append(counts[index])
      }
    }
    return sorted
  }
}

/// Where a word stands in the messages of a segment.
private struct PositionList {
  var documents: [Int] = []
  /// positions[ends[n - 1]..<ends[n]] are those in documents[n], ascending.
  var positions: [Int] = []
  var ends: [Int] = []

  func positions(at index: Int) -> ArraySlice<Int> { positions[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

  var sorted: PositionList {
    var sorted = PositionList()
    var places: [Int] = []
    let order = documents.indices.sorted { documents[$0] < documents[$1] }
    for (number, index) in order.enumerated() {
      places += positions(at: index)
      let isLast = number == order.count - 1 || documents[order[number + 1]] != documents[index]
      guard isLast else { continue }
      sorted.documents.append(documents[index])
      sorted.positions += places.sorted()
      sorted.ends.append(sorted.positions.count)
      places.removeAll(keepingCapacity: true)
    }
    return sorted
  }

  /// Where every list has a position at its offset behind a position of the first.
  static func together(_ lists: [(offset: Int, list: PositionList)]) -> PhraseMatches {
    var matches = PhraseMatches()
    guard let first = lists.first else { return matches }
    var at = [Int](repeating: 0, count: lists.count)
    for (index, document) in first.list.documents.enumerated() {
      at[0] = index
      var isInAll = true
      for other in 1..<lists.count {
        let documents = lists[other].list.documents
        while at[other] < documents.count, documents[at[other]] < document { at[other] += 1 }
        if at[other] == documents.count { return matches }
        if documents[at[other]] != document { isInAll = false }
      }
      guard isInAll else { continue }
      let count = first.list.positions(at: index).count { position in
        (1..<lists.count).allSatisfy { other in
          lists[other].list.positions(at: at[other]).contains(sorted: position + lists[other].offset)
        }
      }
      if count > 0 {
        matches.documents.append(document)
        matches.counts.append(count)
      }
    }
    return matches
  }
}

extension ArraySlice<Int> {
  /// By halving.
  fileprivate func contains(sorted value: Int) -> Bool {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low < endIndex && self[low] == value
  }
}
