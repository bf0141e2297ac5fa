import Conversations
import JSON
import Telemetry

/// What a session's row shows of its tally, read in one pass: `SessionTally` itself is needed to change it only.
struct ShownTally {
  private(set) var tokens: TokenCounts?
  /// In the order of `TextTally.texts`.
  private(set) var users: [String] = []
  private(set) var models: [String] = []
  private(set) var tags: [String] = []
  private(set) var services: [String] = []
  private(set) var warnings: [(text: String, count: Int64)] = []

  /// Source of the form: `SessionTally.json`.
  init(json: UnsafeRawBufferPointer) throws(StoreError) {
    do throws(JSONError) {
      var reader = JSONReader(json, depthMax: 8)
      var scratch: [UInt8] = []
      try reader.beginObject()
      while let key = try reader.nextKey() {
        switch key.count == 1 ? json[key.offset] : 0 {
        case UInt8(ascii: "g"): tokens = try Self.tokens(&reader)
        case UInt8(ascii: "u"): users = try Self.counted(&reader, &scratch).map(\.text)
        case UInt8(ascii: "m"): models = try Self.counted(&reader, &scratch).map(\.text)
        case UInt8(ascii: "t"): tags = try Self.counted(&reader, &scratch).map(\.text)
        case UInt8(ascii: "s"): services = try Self.counted(&reader, &scratch).map(\.text)
        case UInt8(ascii: "w"): warnings = try Self.counted(&reader, &scratch)
        default: try reader.skip()
        }
      }
      try reader.finish()
    } catch {
      throw .unusable("a session row of the database is damaged", hint: "run `steno verify --repair`")
    }
  }

  private static func counted(
    _ reader: inout JSONReader, _ scratch: inout [UInt8]
  ) throws(JSONError) -> [(text: String, count: Int64)] {
    var texts: [(text: String, count: Int64)] = []
    try reader.beginArray()
    while try reader.nextElement() {
      try reader.beginArray()
      guard try reader.nextElement() else { throw JSONError(.expectedValue, at: reader.offset) }
      let text = reader.text(try reader.string(), &scratch)
      guard try reader.nextElement() else { throw JSONError(.expectedValue, at: reader.offset) }
      texts.append((text, try integer(&reader)))
      while try reader.nextElement() { try reader.skip() }
    }
    return texts
  }

  /// As `UsageTally.tokens`.
  private static func tokens(_ reader: inout JSONReader) throws(JSONError) -> TokenCounts? {
    var sums: [Int64?] = []
    try reader.beginArray()
    while try reader.nextElement() {
      try reader.beginArray()
      guard try reader.nextElement() else { throw JSONError(.expectedValue, at: reader.offset) }
      let value = try integer(&reader)
      guard try reader.nextElement() else { throw JSONError(.expectedValue, at: reader.offset) }
      let count = try integer(&reader)
      sums.append(count == 0 ? nil : value)
      while try reader.nextElement() { try reader.skip() }
    }
    guard sums.count >= 5 else { throw JSONError(.expectedValue, at: reader.offset) }
    if sums[0] == nil && sums[1] == nil && sums[2] == nil { return nil }
    return TokenCounts(input: sums[0], output: sums[1], total: sums[2], cachedInput: sums[3], reasoning: sums[4])
  }

  private static func integer(_ reader: inout JSONReader) throws(JSONError) -> Int64 {
    guard let value = try reader.number().int64 else { throw JSONError(.expectedValue, at: reader.offset) }
    return value
  }
}
