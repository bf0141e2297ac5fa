/// The part of a message that shows what was found.
package struct Snippet: Sendable, Equatable {
  package struct Piece: Sendable, Equatable {
    package var text: String
    /// What the query looked for.
    package var isMarked: Bool
  }

  /// One behind the other they are the snippet; `…` stands where the message goes on.
  package private(set) var pieces: [Piece] = []

  /// Tokens of the message: where each stands, and where it stands among them.
  private struct Token {
    var range: Range<Int>
    var word: [UInt8]
  }

  init(of text: String, _ query: TextQuery, scalarsMax: Int) {
    var text = text
    pieces = text.withUTF8 { utf8 in
      let bytes = UnsafeRawBufferPointer(utf8)
      let marks = Self.marks(in: bytes, query)
      let window = Self.window(bytes, around: marks.first?.lowerBound ?? 0, scalarsMax: max(scalarsMax - 2, 1))
      return Self.pieces(bytes, window, marks)
    }
  }

  /// Where phrases that are looked for stand; ascending, apart from each other.
  private static func marks(in bytes: UnsafeRawBufferPointer, _ query: TextQuery) -> [Range<Int>] {
    var tokens: [Token] = []
    var tokenizer = Tokenizer(bytes)
    while tokenizer.next() { tokens.append(Token(range: tokenizer.range, word: Array(tokenizer.token))) }
    var found: [Range<Int>] = []
    for start in tokens.indices {
      for phrase in query.phrases.prefix(query.rankedCount) where stands(phrase, at: start, tokens) {
        guard let last = phrase.elements.last else { continue }
        let end = min(start + last.offset + (last.isPair ? 1 : 0), tokens.count - 1)
        found.append(tokens[start].range.lowerBound..<tokens[end].range.upperBound)
      }
    }
    found.sort { $0.lowerBound < $1.lowerBound }
    var marks: [Range<Int>] = []
    for range in found {
      if let last = marks.last, range.lowerBound <= last.upperBound {
        marks[marks.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        marks.append(range)
      }
    }
    return marks
  }

  private static func stands(_ phrase: TextQuery.Phrase, at start: Int, _ tokens: [Token]) -> Bool {
    phrase.elements.allSatisfy { element in
      let place = start + element.offset
      guard place < tokens.count else { return false }
      return element.isPrefix ? tokens[place].word.starts(with: element.word) : tokens[place].word == element.word
    }
  }

  /// A quarter of the window stands before the first mark; it begins and ends between words where there is white space.
  private static func window(_ bytes: UnsafeRawBufferPointer, around mark: Int, scalarsMax: Int) -> Range<Int> {
    var start = mark
    var left = scalarsMax / 4
    while start > 0, left > 0 {
      start -= 1
      while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
      left -= 1
    }
    if start > 0, let space = bytes[start..<mark].firstIndex(where: { $0 <= 0x20 }) { start = space + 1 }
    var end = start
    var count = 0
    while end < bytes.count, count < scalarsMax {
      end += 1
      while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
      count += 1
    }
    return start..<end
  }

  private static func pieces(_ bytes: UnsafeRawBufferPointer, _ window: Range<Int>, _ marks: [Range<Int>]) -> [Piece] {
    func text(_ range: Range<Int>) -> String {
      String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }
    var pieces: [Piece] = []
    var at = window.lowerBound
    var lead = at > 0 ? "…" : ""
    for mark in marks where mark.lowerBound < window.upperBound && mark.upperBound > window.lowerBound {
      let mark = mark.clamped(to: window)
      let before = lead + text(at..<mark.lowerBound)
      if !before.isEmpty { pieces.append(Piece(text: before, isMarked: false)) }
      lead = ""
      pieces.append(Piece(text: text(mark), isMarked: true))
      at = mark.upperBound
    }
    let rest = lead + text(at..<window.upperBound) + (window.upperBound < bytes.count ? "…" : "")
    if !rest.isEmpty { pieces.append(Piece(text: rest, isMarked: false)) }
    return pieces
  }
}
