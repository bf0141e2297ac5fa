import Telemetry

/// Collects the words of messages in memory until they become a segment.
struct SegmentBuilder {
  private struct Token {
    var word: UInt32
    var document: UInt32
    var position: UInt32
  }

  private struct Word {
    var start: Int
    var count: Int
    var hash: UInt32
    var tokens: Int
  }

  /// Words that are held at once: beyond them a segment is written.
  static let tokensMax = 1 << 19

  private var bytes: [UInt8] = []
  private var words: [Word] = []
  /// Open addressing: a word's number and 1, or 0.
  private var table = [UInt32](repeating: 0, count: 1 << 12)
  private var tokens: [Token] = []
  private var documents: [(message: Int64, words: Int)] = []

  var isEmpty: Bool { documents.isEmpty }
  var isFull: Bool { tokens.count >= Self.tokensMax }

  mutating func removeAll() { self = SegmentBuilder() }

  /// Messages come in the order of their keys.
  mutating func add(_ message: Int64, _ text: String) {
    let document = UInt32(truncatingIfNeeded: documents.count)
    let before = tokens.count
    var text = text
    text.withUTF8 { utf8 in
      var tokenizer = Tokenizer(UnsafeRawBufferPointer(utf8))
      while tokenizer.next() {
        let word = number(of: tokenizer.token)
        words[Int(word)].tokens += 1
        tokens.append(
          Token(word: word, document: document, position: UInt32(truncatingIfNeeded: tokenizer.position)))
      }
    }
    documents.append((message, tokens.count - before))
  }

  private mutating func number(of word: UnsafeRawBufferPointer) -> UInt32 {
    var hash: UInt32 = 0x811C_9DC5
    for byte in word { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    hash ^= hash >> 15
    let mask = table.count - 1
    var slot = Int(hash) & mask
    while table[slot] != 0 {
      let number = table[slot] - 1
      let known = words[Int(number)]
      if known.hash == hash, known.count == word.count, isEqual(known, word) { return number }
      slot = (slot + 1) & mask
    }
    let number = UInt32(truncatingIfNeeded: words.count)
    words.append(Word(start: bytes.count, count: word.count, hash: hash, tokens: 0))
    bytes.append(contentsOf: word)
    table[slot] = number + 1
    if words.count * 2 > table.count { grow() }
    return number
  }

  private func isEqual(_ known: Word, _ word: UnsafeRawBufferPointer) -> Bool {
    bytes.withUnsafeBytes { bytes in
      bytesAreEqual(UnsafeRawBufferPointer(rebasing: bytes[known.start..<known.start + known.count]), word)
    }
  }

  private mutating func grow() {
    let mask = table.count * 2 - 1
    var larger = [UInt32](repeating: 0, count: mask + 1)
    for (number, word) in words.enumerated() {
      var slot = Int(word.hash) & mask
      while larger[slot] != 0 { slot = (slot + 1) & mask }
      larger[slot] = UInt32(truncatingIfNeeded: number) + 1
    }
    table = larger
  }

  /// The segment of all that was added. nil: nothing was.
  func segment() -> SegmentDraft? {
    guard let first = documents.first else { return nil }
    var draft = SegmentDraft(firstMessage: first.message)
    for document in documents { draft.addDocument(document.message, words: document.words) }
    let grouped = groupedTokens()
    bytes.withUnsafeBytes { bytes in
      func text(_ number: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[words[number].start..<words[number].start + words[number].count])
      }
      var postings: [UInt8] = []
      for number in words.indices.sorted(by: { text($0).lexicographicallyPrecedes(text($1)) }) {
        postings.removeAll(keepingCapacity: true)
        let tokens = grouped.tokens[grouped.starts[number]..<grouped.starts[number + 1]]
        let (count, first, last) = write(tokens, base: first.message, to: &postings)
        draft.add(text(number), documents: count, first: first, span: last - first, postings: postings)
      }
    }
    draft.finish()
    return draft
  }

  /// A counting sort by word: within a word the order of messages and positions stays.
  private func groupedTokens() -> (tokens: [Token], starts: [Int]) {
    var starts = [Int](repeating: 0, count: words.count + 1)
    for (number, word) in words.enumerated() { starts[number + 1] = starts[number] + word.tokens }
    var next = starts
    let sorted = [Token](unsafeUninitializedCapacity: tokens.count) { buffer, count in
      for token in tokens {
        (buffer.baseAddress.map { $0 + next[Int(token.word)] })?.initialize(to: token)
        next[Int(token.word)] += 1
      }
      count = tokens.count
    }
    return (sorted, starts)
  }

  private func write(
    _ tokens: ArraySlice<Token>, base: Int64, to postings: inout [UInt8]
  ) -> (documents: Int, first: Int, last: Int) {
    var at = tokens.startIndex
    var count = 0
    var first = 0
    var last = 0
    while at < tokens.endIndex {
      let document = tokens[at].document
      var end = at + 1
      while end < tokens.endIndex, tokens[end].document == document { end += 1 }
      let distance = Int(documents[Int(document)].message &- base)
      if count == 0 { first = distance }
      let head = count == 0 ? 0 : (distance - last) << 1
      postings.append(varint: head | (end - at == 1 ? 1 : 0))
      if end - at > 1 { postings.append(varint: end - at) }
      var position = 0
      for token in tokens[at..<end] {
        postings.append(varint: Int(token.position) - position)
        position = Int(token.position)
      }
      last = distance
      count += 1
      at = end
    }
    return (count, first, last)
  }
}
