import Conversations
import SQLite
import Telemetry

/// Compares what text search holds with what the stored spans say: which messages there are, who says them first, which
/// traces say them, and every word of theirs with its place.
struct SearchVerification {
  /// A trace of the owner that is checked.
  struct Said {
    var key: Int64
    var traceID: TraceID
    var start: Int64
    var digests: Set<UInt64>
  }

  private let database: Database
  /// Of each indexed message, the sum over its words and places.
  private var sums: [Int64: UInt64] = [:]
  private var checked = 0
  /// What stands in the index can't be read.
  private var isDamaged = false

  /// nil: there is no index, or not yet a whole one.
  init?(_ database: Database) throws {
    self.database = database
    guard try database.counter(SearchState.formatName) == SearchState.format,
      try database.counter(SearchState.positionName) == nil
    else { return nil }
    do {
      for row in try database.segmentRows() { try read(row) }
    } catch is StoreError {
      isDamaged = true
      return
    }
    for message in try database.messagesToPurge() { sums[message] = nil }
  }

  private mutating func read(_ row: SegmentRow) throws {
    let (messages, words) = try database.searchLengths(ofSegment: row)
    guard Int64(messages.count) == row.documents, Int64(words.reduce(0, +)) == row.words else {
      throw SegmentDamage.error
    }
    for (message, words) in zip(messages, words) { sums[message] = Self.term(0, words) }
    let cursor = try SegmentCursor(row, database)
    while try cursor.next() {
      let word = cursor.word.withUnsafeBytes { Fingerprint.of($0) }
      var reader = PostingsReader(cursor.block.bytes, cursor.entry)
      while reader.next() {
        for _ in 0..<reader.count {
          sums[row.firstMessage &+ Int64(reader.document), default: 0] &+= Self.term(word, reader.nextPosition())
        }
      }
    }
  }

  /// Checks the messages of one owner, all of whose traces are given. `messages` holds what they say.
  mutating func check(
    _ owner: Int64, _ traces: [Said], _ messages: [UInt64: SaidMessage], _ report: inout VerificationReport
  ) throws {
    if isDamaged { return }
    var rows = try rows(ofOwner: owner)
    var keys: [UInt64: Int64] = [:]
    for trace in traces.sorted(by: { $0.start == $1.start ? $0.traceID < $1.traceID : $0.start < $1.start }) {
      for digest in trace.digests where keys[digest] == nil {
        guard let message = messages[digest] else { continue }
        guard let row = rows.removeValue(forKey: digest) else {
          report.note("message", trace.traceID.hex, "has no row")
          continue
        }
        keys[digest] = row.key
        checked += 1
        if row.trace != trace.key { report.note("message", trace.traceID.hex, "trace") }
        if row.role != Int64(message.role.rawValue) { report.note("message", trace.traceID.hex, "role") }
        let sum = sums.removeValue(forKey: row.key)
        if sum != Self.sum(of: message.text) { report.note("message", trace.traceID.hex, "words") }
      }
      let expected = trace.digests.compactMap { keys[$0] }.sorted()
      let stored = try TraceMessageRows(database: database).find(trace.key)
      if stored?.owner != owner || stored?.messages != expected {
        report.note("message", trace.traceID.hex, "messages of its trace")
      }
    }
    for row in rows.values { report.note("message", String(row.key), "has no trace that says it") }
    checked += rows.count
  }

  /// To be called when every owner was checked.
  func finish(_ report: inout VerificationReport) throws {
    if isDamaged { return report.note("message", "the text index", "bytes") }
    let count = try database.connection.integer("SELECT count(*) FROM message") ?? 0
    if count != Int64(checked) { report.note("message", "\(count - Int64(checked)) rows", "has no owner") }
    for key in sums.keys.sorted() { report.note("message", String(key), "has no row") }
  }

  private func rows(ofOwner owner: Int64) throws -> [UInt64: (key: Int64, trace: Int64, role: Int64)] {
    let statement = try database.statement("list_rows_of_owner")
    statement.bind(owner, at: 1)
    var rows: [UInt64: (key: Int64, trace: Int64, role: Int64)] = [:]
    while try statement.step() {
      rows[UInt64(bitPattern: statement.integer(1))] =
        (statement.integer(0), statement.integer(2), statement.integer(3))
    }
    return rows
  }

  private static func sum(of text: String) -> UInt64 {
    var text = text
    return text.withUTF8 { utf8 in
      var tokenizer = Tokenizer(UnsafeRawBufferPointer(utf8))
      var sum: UInt64 = 0
      while tokenizer.next() { sum &+= term(Fingerprint.of(tokenizer.token), tokenizer.position) }
      return sum &+ term(0, tokenizer.position + 1)
    }
  }

  private static func term(_ word: UInt64, _ position: Int) -> UInt64 {
    let mixed = (word ^ UInt64(truncatingIfNeeded: position) &* 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9
    return mixed ^ mixed >> 31
  }
}
