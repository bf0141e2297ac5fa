import Conversations
import Store
import Telemetry

/// A transcript that grows call by call until it holds a page, and one message more; `isWhole`: all that there are.
struct PagedTranscript {
  private let place: MessagePlace?
  private let limit: Int
  private let isWhole: Bool
  private var builder = TranscriptBuilder()
  /// Of each message of the transcript.
  private var places: [MessagePlace] = []
  /// How many messages stand before the page.
  private var skipped = 0

  init(behind place: MessagePlace?, limit: Int, isWhole: Bool) {
    self.place = place
    self.limit = limit
    self.isWhole = isWhole
  }

  var count: Int { places.count }
  var isFull: Bool { !isWhole && places.count - skipped > limit }
  var page: ArraySlice<TranscriptMessage> { builder.messages.dropFirst(skipped).prefix(limit) }
  /// The place behind which more messages are; nil on the last page.
  var next: MessagePlace? { page.endIndex < places.count ? places[..<page.endIndex].last : nil }

  /// Calls come in the order of the transcript.
  mutating func add(_ call: TranscriptCall) {
    builder.add(call)
    for ordinal in 0..<(builder.messages.count - places.count) {
      let said = MessagePlace(call: CallPlace(call), ordinal: ordinal)
      if let place, said <= place { skipped += 1 }
      places.append(said)
    }
  }
}

/// Where a call stands in the order of a transcript.
struct CallPlace: Comparable {
  var startTime: UnixNanoseconds
  var traceID: TraceID
  var spanID: SpanID

  static func < (a: CallPlace, b: CallPlace) -> Bool {
    if a.startTime != b.startTime { return a.startTime < b.startTime }
    if a.traceID != b.traceID { return a.traceID < b.traceID }
    return a.spanID < b.spanID
  }
}

extension CallPlace {
  init(_ call: TranscriptCall) {
    self.init(startTime: call.startTime, traceID: call.traceID, spanID: call.spanID)
  }
}

/// Where a message stands in a transcript: by the call that says it, whatever arrives or is deleted around it.
struct MessagePlace: Comparable {
  var call: CallPlace
  /// Among the messages that the call says.
  var ordinal: Int

  static func < (a: MessagePlace, b: MessagePlace) -> Bool {
    a.call == b.call ? a.ordinal < b.ordinal : a.call < b.call
  }
}

extension MessagePlace {
  private static let order = Sort(key: .startTime, descending: false)

  var cursor: String {
    CursorText.encode(
      Cursor(
        sort: Self.order, value: call.startTime.stored,
        id: call.traceID.bytes + call.spanID.bytes + Array(String(ordinal).utf8)),
      of: .messages)
  }

  init(cursor text: String) throws(Failure) {
    guard let cursor = CursorText.decode(text, of: .messages, sort: Self.order), let start = cursor.value,
      let traceID = TraceID(bytes: cursor.id.prefix(16)),
      let spanID = SpanID(bytes: cursor.id.dropFirst(16).prefix(8)),
      let ordinal = Int(String(decoding: cursor.id.dropFirst(24), as: UTF8.self)), ordinal >= 0
    else { throw .invalidParameter(name: "cursor", "The value is no cursor of a transcript.") }
    call = CallPlace(startTime: UnixNanoseconds(stored: start), traceID: traceID, spanID: spanID)
    self.ordinal = ordinal
  }
}
