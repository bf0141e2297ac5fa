import Glibc
import SQLite
import Telemetry

/// When a question has to end.
struct Deadline {
  private let end: ContinuousClock.Instant

  init(_ limits: Limits) { end = .now + .milliseconds(limits.questionMillisecondsMax) }

  func check() throws {
    if ContinuousClock.now > end {
      throw StoreError.interrupted(
        "searching took too long: look for rarer words, or narrow it by project, session, user or time")
    }
  }
}

/// Runs a query over all segments.
struct TextSearch {
  private let database: Database
  private let query: TextQuery
  private let deadline: Deadline
  /// Of each match.
  private var messages: [Int64] = []
  private var lengths: [Int] = []
  /// Of each match, how often it holds each ranked phrase.
  private var counts: [Int] = []
  /// How many messages hold each ranked phrase.
  private var holders: [Int]
  private var messageCount = 0
  private var wordCount = 0

  init(_ query: TextQuery, _ database: Database, _ deadline: Deadline) throws {
    self.query = query
    self.database = database
    self.deadline = deadline
    holders = [Int](repeating: 0, count: query.rankedCount)
    let gone = try database.messagesToPurge()
    for row in try database.segmentRows() {
      try deadline.check()
      try read(row, gone: gone)
    }
  }

  private mutating func read(_ row: SegmentRow, gone: [Int64]) throws {
    let first = gone.partitioningIndex { $0 >= row.firstMessage }
    let end = gone.partitioningIndex { $0 > row.lastMessage }
    let dead = Set(gone[first..<end].map { Int($0 &- row.firstMessage) })
    messageCount += Int(row.documents)
    wordCount += Int(row.words)
    let reader = try SegmentReader(row, database, deadline)
    var found: [PhraseMatches] = []
    for (index, phrase) in query.phrases.enumerated() {
      var matches = try reader.matches(phrase)
      if !dead.isEmpty { matches = matches.without(dead) }
      if index < query.rankedCount { holders[index] += matches.documents.count }
      found.append(matches)
    }
    let documents = query.documents(found)
    if documents.isEmpty, dead.isEmpty { return }
    let (known, words) = try database.searchLengths(ofSegment: row)
    for (message, words) in zip(known, words) where dead.contains(Int(message &- row.firstMessage)) {
      messageCount -= 1
      wordCount -= words
    }
    var place = 0
    var at = [Int](repeating: 0, count: query.rankedCount)
    for document in documents {
      let message = row.firstMessage &+ Int64(document)
      while place < known.count, known[place] < message { place += 1 }
      guard place < known.count, known[place] == message else { throw SegmentDamage.error }
      messages.append(message)
      lengths.append(words[place])
      for phrase in 0..<query.rankedCount {
        let matches = found[phrase]
        while at[phrase] < matches.documents.count, matches.documents[at[phrase]] < document { at[phrase] += 1 }
        let holds = at[phrase] < matches.documents.count && matches.documents[at[phrase]] == document
        counts.append(holds ? matches.counts[at[phrase]] : 0)
      }
    }
  }

  /// The messages that match, in the order of their keys within each segment.
  var found: [Int64] { messages }

  /// With their scores by BM25, k₁ 1.2, b 0.75: the rarer the phrase, the oftener it stands in the message, and the
  /// shorter the message, the greater. Source: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009.
  func ranked() -> [(message: Int64, score: Double)] {
    ranked(messages.indices, holders: holders, messageCount: messageCount, wordCount: wordCount)
  }

  /// The same of a part of the matches, as if there were no other messages.
  func ranked(among isWanted: (Int64) throws -> Bool) throws -> [(message: Int64, score: Double)] {
    let indices = try messages.indices.filter { try isWanted(messages[$0]) }
    let holders = (0..<query.rankedCount).map { phrase in indices.count { count(of: phrase, in: $0) > 0 } }
    let wordCount = indices.reduce(0) { $0 + lengths[$1] }
    return ranked(indices, holders: holders, messageCount: indices.count, wordCount: wordCount)
  }

  private func ranked(
    _ indices: some Collection<Int>, holders: [Int], messageCount: Int, wordCount: Int
  ) -> [(message: Int64, score: Double)] {
    let average = max(1, Double(wordCount) / Double(max(1, messageCount)))
    let weights = holders.map { log(1 + (Double(messageCount) - Double($0) + 0.5) / (Double($0) + 0.5)) }
    return indices.map { index in
      var score = 0.0
      let length = 1.2 * (0.25 + 0.75 * Double(lengths[index]) / average)
      for phrase in 0..<query.rankedCount {
        let count = Double(count(of: phrase, in: index))
        if count > 0 { score += weights[phrase] * count * 2.2 / (count + length) }
      }
      return (messages[index], score)
    }
  }

  /// How often a match holds a ranked phrase.
  private func count(of phrase: Int, in match: Int) -> Int { counts[match * query.rankedCount + phrase] }
}

extension PhraseMatches {
  fileprivate func without(_ gone: Set<Int>) -> PhraseMatches {
    var left = PhraseMatches()
    for (document, count) in zip(documents, counts) where !gone.contains(document) {
      left.documents.append(document)
      left.counts.append(count)
    }
    return left
  }
}

extension TextQuery {
  /// The messages of a segment that the query finds, of those that hold its phrases; ascending.
  fileprivate func documents(_ found: [PhraseMatches]) -> [Int] {
    var all: [Int] = []
    for alternative in alternatives {
      guard let first = alternative.required.first else { continue }
      var documents = found[first].documents
      for other in alternative.required.dropFirst() {
        documents = Self.common(documents, found[other].documents)
      }
      for other in alternative.excluded where !documents.isEmpty {
        let excluded = Set(found[other].documents)
        documents.removeAll { excluded.contains($0) }
      }
      all = all.isEmpty ? documents : Set(all).union(documents).sorted()
    }
    return all
  }

  private static func common(_ a: [Int], _ b: [Int]) -> [Int] {
    var common: [Int] = []
    var at = 0
    for value in a {
      while at < b.count, b[at] < value { at += 1 }
      if at == b.count { break }
      if b[at] == value { common.append(value) }
    }
    return common
  }
}

extension [Int64] {
  /// Of ascending values, the first for which the condition holds.
  fileprivate func partitioningIndex(_ holds: (Int64) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension Database {
  /// Ascending.
  func messagesToPurge() throws -> [Int64] {
    let statement = try statement("list_search_purge")
    statement.bind(Int64.min, at: 1)
    statement.bind(Int64.max, at: 2)
    var keys: [Int64] = []
    while try statement.step() { keys.append(statement.integer(0)) }
    return keys
  }
}
