package import Telemetry

/// A text query, understood: words, `begin*`, "phrases", all of which must be in a message; `OR` between alternatives,
/// `-` or `NOT` before what must not be there.
package struct TextQuery: Sendable, Hashable {
  /// One word, or the beginning of words.
  struct Element: Sendable, Hashable {
    var word: [UInt8]
    var isPrefix: Bool
    /// Of a script that is searched by pairs: it reaches over the character behind it.
    var isPair: Bool
    /// Its position behind the phrase's first.
    var offset: Int
  }

  /// A phrase; a single word is one of one element.
  struct Phrase: Sendable, Hashable {
    var elements: [Element]
  }

  /// Phrases that must all be in a message, and those of which none may be: as indices of `phrases`.
  struct Alternative: Sendable, Hashable {
    var required: [Int] = []
    var excluded: [Int] = []
  }

  /// Those that are looked for come before those that are excluded.
  private(set) var phrases: [Phrase] = []
  private(set) var alternatives: [Alternative] = []
  /// How many of `phrases` count for the rank.
  private(set) var rankedCount = 0

  package init(_ text: String, limits: Limits) throws(TextQueryError) {
    guard text.utf8.count <= limits.searchQueryBytesMax else {
      throw TextQueryError("The query is longer than \(limits.searchQueryBytesMax) bytes.")
    }
    let items = try TextQueryReader(text).items()
    var read: [[(phrase: Phrase, isExcluded: Bool)]] = [[]]
    for item in items {
      switch item {
      case .or: read.append([])
      case .phrase(let phrase, let isExcluded): read[read.count - 1].append((phrase, isExcluded))
      }
    }
    let sought = read.flatMap { $0 }.filter { !$0.isExcluded }.map(\.phrase)
    let excluded = read.flatMap { $0 }.filter(\.isExcluded).map(\.phrase)
    guard read.allSatisfy({ $0.contains { !$0.isExcluded } }) else {
      throw TextQueryError(
        read.count == 1
          ? "The query holds no word to look for: it takes a letter or a digit, and something besides what is excluded."
          : "Each side of OR needs a word to look for.")
    }
    guard (sought + excluded).reduce(0, { $0 + $1.elements.count }) <= limits.searchQueryWordsMax else {
      throw TextQueryError("The query holds more than \(limits.searchQueryWordsMax) words.")
    }
    for phrase in sought + excluded where !phrases.contains(phrase) { phrases.append(phrase) }
    rankedCount = Set(sought).count
    for items in read {
      var alternative = Alternative()
      for (phrase, isExcluded) in items {
        guard let index = phrases.firstIndex(of: phrase) else { continue }
        if isExcluded { alternative.excluded.append(index) } else { alternative.required.append(index) }
      }
      alternatives.append(alternative)
    }
  }
}

/// Why a text is no query: a sentence that names the place, never the text.
package struct TextQueryError: Error {
  package var detail: String

  init(_ detail: String) { self.detail = detail }
}

/// Takes a query apart. What is no operator and no word is passed over: any text without an open quotation mark reads.
private struct TextQueryReader {
  enum Item {
    case or
    case phrase(TextQuery.Phrase, isExcluded: Bool)
  }

  private enum Piece {
    case operation(String)
    case chunk(Substring.UnicodeScalarView, isQuoted: Bool, isExcluded: Bool)
  }

  private let text: String

  init(_ text: String) { self.text = text }

  func items() throws(TextQueryError) -> [Item] {
    let pieces = try pieces()
    var items: [Item] = []
    var excludesNext = false
    for (index, piece) in pieces.enumerated() {
      switch piece {
      case .chunk(let chunk, let isQuoted, let isExcluded):
        if let phrase = Self.phrase(String(chunk), isQuoted: isQuoted) {
          items.append(.phrase(phrase, isExcluded: isExcluded || excludesNext))
        }
        excludesNext = false
      case .operation(let word):
        // An operator stands between what it ties; anywhere else it is a word.
        let isLast = index == pieces.count - 1
        if word == "NOT", !isLast {
          excludesNext = true
        } else if index > 0, !isLast, !excludesNext, Self.isPhrase(items.last) {
          if word == "OR" { items.append(.or) }
        } else {
          if let phrase = Self.phrase(word, isQuoted: true) {
            items.append(.phrase(phrase, isExcluded: excludesNext))
          }
          excludesNext = false
        }
      }
    }
    if case .or? = items.last { items.removeLast() }
    return items
  }

  private static func isPhrase(_ item: Item?) -> Bool {
    if case .phrase? = item { return true }
    return false
  }

  private func pieces() throws(TextQueryError) -> [Piece] {
    let scalars = text.unicodeScalars
    var pieces: [Piece] = []
    var at = scalars.startIndex
    while at < scalars.endIndex {
      if scalars[at].properties.isWhitespace {
        at = scalars.index(after: at)
        continue
      }
      var start = at
      var isExcluded = false
      if scalars[at] == "-" {
        isExcluded = true
        start = scalars.index(after: at)
      }
      if start < scalars.endIndex, scalars[start] == "\"" {
        let inside = scalars.index(after: start)
        guard let end = scalars[inside...].firstIndex(of: "\"") else {
          let place = scalars.distance(from: scalars.startIndex, to: start) + 1
          throw TextQueryError("The quotation mark at character \(place) is not closed.")
        }
        pieces.append(.chunk(scalars[inside..<end], isQuoted: true, isExcluded: isExcluded))
        at = scalars.index(after: end)
        continue
      }
      let end = scalars[start...].firstIndex { $0 == "\"" || $0.properties.isWhitespace } ?? scalars.endIndex
      let chunk = scalars[start..<end]
      let word = String(chunk)
      if !isExcluded, ["OR", "AND", "NOT"].contains(word) {
        pieces.append(.operation(word))
      } else {
        pieces.append(.chunk(chunk, isQuoted: false, isExcluded: isExcluded))
      }
      at = end
    }
    return pieces
  }

  /// nil: there is no word in it.
  private static func phrase(_ chunk: String, isQuoted: Bool) -> TextQuery.Phrase? {
    var elements: [TextQuery.Element] = []
    var chunk = chunk
    chunk.withUTF8 { utf8 in
      var tokenizer = Tokenizer(UnsafeRawBufferPointer(utf8))
      var isInRun = false
      while tokenizer.next() {
        let isPair = tokenizer.kind == .pair
        // The last character of a run is in the pair before it; alone it is the beginning of a pair.
        if tokenizer.kind != .last || !isInRun {
          elements.append(
            TextQuery.Element(
              word: Array(tokenizer.token), isPrefix: tokenizer.kind == .last, isPair: isPair,
              offset: tokenizer.position))
        }
        isInRun = isPair
      }
    }
    guard let first = elements.first, !elements.isEmpty else { return nil }
    for index in elements.indices { elements[index].offset -= first.offset }
    if !isQuoted, chunk.utf8.last == UInt8(ascii: "*"), let last = elements.indices.last, !elements[last].isPair {
      elements[last].isPrefix = true
    }
    return TextQuery.Phrase(elements: elements)
  }
}
