/// A segment of the text index: the words of a run of messages, each word with its postings. It is written once, and
/// written anew without what was deleted.
///
///     block    = entry…                            in the order of the words' bytes
///     entry    = shared, suffix length, suffix,    the word; what it shares with the word before it in the block
///                documents, first, span, length,   how many messages hold it; the first of them as its distance from
///                postings                          the segment's first; from it to the last; bytes of the postings
///     postings = isOnce, [count,] position…        of the first message,
///                (distance × 2 + isOnce, [count,] position…)…   of the others
///     position = the first, then distances
///
/// All integers are varints. `isOnce` is 1 where the word stands once in the message: then no count follows. The
/// postings of two segments of which one comes after the other are joined without being read.
struct SegmentDraft {
  /// A block is closed once it holds so many bytes: four of them fill a page.
  static let blockBytesMax = 3_900

  private(set) var blocks: [[UInt8]] = []
  /// The first word of each block: length and bytes.
  private(set) var directory: [UInt8] = []
  private(set) var bytes = 0
  let firstMessage: Int64
  var lastMessage: Int64
  var documents = 0
  var words = 0
  /// For each message its distance from the one before it (the first from `firstMessage`) and its count of words.
  var lengths: [UInt8] = []
  private var open: [UInt8] = []
  private var lastWord: [UInt8] = []

  init(firstMessage: Int64) {
    self.firstMessage = firstMessage
    lastMessage = firstMessage
  }

  mutating func addDocument(_ message: Int64, words: Int) {
    lengths.append(varint: Int(message &- (documents == 0 ? firstMessage : lastMessage)))
    lengths.append(varint: words)
    lastMessage = message
    documents += 1
    self.words += words
  }

  /// Words come in the order of their bytes.
  mutating func add(_ word: UnsafeRawBufferPointer, documents: Int, first: Int, span: Int, postings: [UInt8]) {
    if open.count >= Self.blockBytesMax || (!open.isEmpty && open.count + postings.count > 4 * Self.blockBytesMax) {
      closeBlock()
    }
    var shared = 0
    if open.isEmpty {
      directory.append(varint: word.count)
      directory.append(contentsOf: word)
    } else {
      while shared < word.count, shared < lastWord.count, word[shared] == lastWord[shared] { shared += 1 }
    }
    open.append(varint: shared)
    open.append(varint: word.count - shared)
    open.append(contentsOf: word[shared...])
    open.append(varint: documents)
    open.append(varint: first)
    open.append(varint: span)
    open.append(varint: postings.count)
    open.append(contentsOf: postings)
    lastWord.removeAll(keepingCapacity: true)
    lastWord.append(contentsOf: word)
  }

  mutating func finish() {
    if !open.isEmpty { closeBlock() }
    bytes += directory.count + lengths.count
  }

  private mutating func closeBlock() {
    bytes += open.count
    blocks.append(open)
    open.removeAll(keepingCapacity: true)
  }
}

/// One word of a block.
struct SegmentEntry {
  var documents: Int
  var first: Int
  var span: Int
  /// In the block's bytes.
  var postings: Range<Int>
}

/// Walks over the entries of a block.
struct WordReader {
  private var reader: VarintReader
  private(set) var word: [UInt8] = []
  private(set) var entry = SegmentEntry(documents: 0, first: 0, span: 0, postings: 0..<0)

  init(_ bytes: UnsafeRawBufferPointer) {
    reader = VarintReader(bytes)
    word.reserveCapacity(Tokenizer.tokenBytesMax + 8)
  }

  /// False at the end.
  mutating func next() throws -> Bool {
    if reader.isAtEnd { return false }
    let shared = reader.next()
    let suffix = reader.take(reader.next())
    guard shared <= word.count, !reader.isDamaged else { throw SegmentDamage.error }
    word.removeSubrange(shared...)
    word.append(contentsOf: suffix)
    entry.documents = reader.next()
    entry.first = reader.next()
    entry.span = reader.next()
    let count = reader.next()
    let start = reader.at
    _ = reader.take(count)
    if reader.isDamaged { throw SegmentDamage.error }
    entry.postings = start..<start + count
    return true
  }
}

enum SegmentDamage {
  static var error: StoreError {
    .unusable("the text index is damaged", hint: "run `steno verify --repair`, which builds it anew")
  }
}

/// Walks over the messages of one word.
struct PostingsReader {
  private var reader: VarintReader
  private var isFirst = true
  /// Distance from the segment's first message.
  private(set) var document: Int
  private(set) var count = 0
  private var positionsLeft = 0
  private var position = 0

  init(_ block: UnsafeRawBufferPointer, _ entry: SegmentEntry) {
    reader = VarintReader(block, from: entry.postings.lowerBound, to: entry.postings.upperBound)
    document = entry.first
  }

  /// The next message; its positions follow. Positions that were not asked for are passed over.
  mutating func next() -> Bool {
    while positionsLeft > 0 { _ = nextPosition() }
    if reader.isAtEnd { return false }
    let head = reader.next()
    if !isFirst { document &+= head >> 1 }
    isFirst = false
    count = head & 1 == 1 ? 1 : reader.next()
    positionsLeft = count
    position = 0
    return true
  }

  @inline(__always)
  mutating func nextPosition() -> Int {
    positionsLeft -= 1
    position &+= reader.next()
    return position
  }
}
