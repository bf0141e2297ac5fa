/// One limit: its name, what it counts, and between which bounds an operator may set it.
package struct LimitEntry: Sendable {
  package let name: String
  package let range: ClosedRange<Int>
  package let path: any WritableKeyPath<Limits, Int> & Sendable

  init(_ name: String, _ path: any WritableKeyPath<Limits, Int> & Sendable, _ range: ClosedRange<Int>) {
    self.name = name
    self.path = path
    self.range = range
  }
}

package enum LimitFailure: Error, Sendable {
  case unknown(name: String)
  case notANumber(name: String)
  case outOfRange(name: String, ClosedRange<Int>)
  /// It is part of the file's form.
  case fixed(name: String)
}

extension Limits {
  private static let kib = 1 << 10
  private static let mib = 1 << 20
  private static let gib = 1 << 30

  /// What is stored was packed under these: other values would make it unreadable, or a rebuilt file another one.
  package static let fixed: Set<String> = [
    "blockPrefixBytesMax", "outlineTextBytesMax", "outlineValueBytesMax", "outlineFactBytesMax",
    "searchedMessageBytesMax", "listTextScalarsMax",
  ]

  /// What `decompressedBodyBytesMax` may be at the most: what was stored under any setting is read under any other.
  package static let bodyBytesCeiling = gib

  /// Every limit that can be set, in the order of `docs/limits.md`. Below its minimum a limit would refuse what real exporters send, or
  /// stop the server; bytes of a body are counted in 32 bits.
  package static let table: [LimitEntry] = [
    LimitEntry("requestBodyBytesMax", \.requestBodyBytesMax, kib...gib),
    LimitEntry("decompressedBodyBytesMax", \.decompressedBodyBytesMax, kib...bodyBytesCeiling),
    LimitEntry("bodiesInFlightBytesMax", \.bodiesInFlightBytesMax, mib...64 * gib),
    LimitEntry("smallBodyBytesMax", \.smallBodyBytesMax, kib...mib),
    LimitEntry("answersInFlightBytesMax", \.answersInFlightBytesMax, mib...64 * gib),
    LimitEntry("bodyWaitSecondsMax", \.bodyWaitSecondsMax, 1...60),
    LimitEntry("drainSecondsMax", \.drainSecondsMax, 1...60),
    LimitEntry("valueDepthMax", \.valueDepthMax, 10...200),
    LimitEntry("spansPerRequestMax", \.spansPerRequestMax, 1_000...10_000_000),
    LimitEntry("attributesPerSpanMax", \.attributesPerSpanMax, 128...10_000_000),
    LimitEntry("ingestQueueBytesMax", \.ingestQueueBytesMax, mib...64 * gib),
    LimitEntry("commitBytesMax", \.commitBytesMax, 64 * kib...gib),
    LimitEntry("blockSpansMax", \.blockSpansMax, 1...4_096),
    LimitEntry("blockBytesMax", \.blockBytesMax, 4 * kib...16 * mib),
    // Chains of four times the value are still read.
    LimitEntry("blockChainMax", \.blockChainMax, 16...64),
    LimitEntry("prefixCacheBytesMax", \.prefixCacheBytesMax, 0...16 * gib),
    LimitEntry("traceCacheBytesMax", \.traceCacheBytesMax, 0...16 * gib),
    LimitEntry("readersMax", \.readersMax, 1...64),
    LimitEntry("waitingQuestionsMax", \.waitingQuestionsMax, 1...100_000),
    LimitEntry("questionMillisecondsMax", \.questionMillisecondsMax, 100...600_000),
    LimitEntry("pageRowsMax", \.pageRowsMax, 1...5_000),
    LimitEntry("pageRowsDefault", \.pageRowsDefault, 1...5_000),
    LimitEntry("attributeSpansMax", \.attributeSpansMax, 100...1_000_000),
    LimitEntry("attributeEntriesMax", \.attributeEntriesMax, 100...1_000_000),
    LimitEntry("attributeValueBytesMax", \.attributeValueBytesMax, 16...65_536),
    LimitEntry("timeSeriesIntervalsMax", \.timeSeriesIntervalsMax, 10...100_000),
    LimitEntry("filterBytesMax", \.filterBytesMax, 256...mib),
    LimitEntry("filterConditionsMax", \.filterConditionsMax, 1...1_000),
    LimitEntry("filterDepthMax", \.filterDepthMax, 1...100),
    LimitEntry("filterTracesOneByOneMax", \.filterTracesOneByOneMax, 0...1_000_000_000),
    LimitEntry("changesKeptMax", \.changesKeptMax, 1...1_000_000),
    LimitEntry("displayNameScalarsMax", \.displayNameScalarsMax, 1...10_000),
    LimitEntry("eventStreamsMax", \.eventStreamsMax, 1...10_000),
    LimitEntry("eventWriteSecondsMax", \.eventWriteSecondsMax, 1...600),
    LimitEntry("exportsMax", \.exportsMax, 1...64),
    LimitEntry("patchBodyBytesMax", \.patchBodyBytesMax, kib...mib),
    LimitEntry("searchQueryBytesMax", \.searchQueryBytesMax, 16...65_536),
    LimitEntry("searchQueryWordsMax", \.searchQueryWordsMax, 1...1_000),
    LimitEntry("searchSnippetScalarsMax", \.searchSnippetScalarsMax, 16...10_000),
    LimitEntry("connectionsMax", \.connectionsMax, 4...100_000),
    LimitEntry("idleSecondsMax", \.idleSecondsMax, 60...3_600),
    LimitEntry("headBytesMax", \.headBytesMax, 4 * kib...mib),
    LimitEntry("headerFieldsMax", \.headerFieldsMax, 16...10_000),
    LimitEntry("targetBytesMax", \.targetBytesMax, kib...mib),
    LimitEntry("headSecondsMax", \.headSecondsMax, 1...600),
    LimitEntry("bodyPauseSecondsMax", \.bodyPauseSecondsMax, 1...600),
    LimitEntry("bodyBytesPerSecondMin", \.bodyBytesPerSecondMin, 1...mib),
    LimitEntry("answerStallSecondsMax", \.answerStallSecondsMax, 1...600),
    LimitEntry("callsMax", \.callsMax, 1...100_000),
    LimitEntry("callsPerConnectionMax", \.callsPerConnectionMax, 1...10_000),
  ]

  /// Sets one limit: a whole number, in bytes also with KiB, MiB or GiB behind it.
  package mutating func set(_ name: String, to text: String) throws(LimitFailure) {
    guard let entry = Self.table.first(where: { $0.name == name }) else {
      throw Self.fixed.contains(name) ? .fixed(name: name) : .unknown(name: name)
    }
    guard let value = Self.number(text) else { throw .notANumber(name: name) }
    guard entry.range.contains(value) else { throw .outOfRange(name: name, entry.range) }
    self[keyPath: entry.path] = value
  }

  private static func number(_ text: String) -> Int? {
    for (unit, factor) in [("KiB", kib), ("MiB", mib), ("GiB", gib)] where text.hasSuffix(unit) {
      guard let number = Int(text.dropLast(unit.count)) else { return nil }
      let (product, overflow) = number.multipliedReportingOverflow(by: factor)
      return overflow ? nil : product
    }
    return Int(text)
  }
}
