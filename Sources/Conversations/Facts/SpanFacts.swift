package import Telemetry

/// A value that a span offers for its trace's project, session or user.
package struct Candidate: Sendable, Hashable {
  /// The row of the conventions table: a smaller one wins.
  package var rank: Conventions.Row
  /// Normalised.
  package var value: String
  package var key: String
  package var rule: String
}

/// What a span says, and what about its messages decides on turns.
package struct SpanText: Sendable, Hashable {
  /// The span's own text.
  package var human: TextPreview?
  package var ai: TextPreview?
  /// Raw JSON, the last resort; only where the span has no own text on that side.
  package var rawHuman: TextPreview?
  package var rawAI: TextPreview?
  /// Messages went in or came out.
  package var hasMessages = false
  /// User messages that went in.
  package var userMessages: Int64 = 0
  /// The last of them, as `TextPreview.fingerprint`; nil without one, and when it holds no text.
  package var lastUser: UInt64?
  /// The user message before that one, likewise.
  package var previousUser: UInt64?
  /// Tool messages end the input, after its last user message.
  package var endsInToolMessages = false
  /// What came out asks for tools.
  package var callsTools = false

  package init() {}
}

/// What a trace's summary needs of one of its spans, small and owned: no view of the payload is kept.
package struct SpanFacts: Sendable, Hashable {
  package var spanID: SpanID
  package var parentSpanID: SpanID?
  package var startTime: UnixNanoseconds
  package var endTime: UnixNanoseconds
  /// As `SpanRef.flags`.
  package var flags: UInt32
  package var name: String
  package var kind: ObservationKind
  /// OTLP's StatusCode number.
  package var statusCode: Int32
  package var statusMessage: String
  /// It only announces a span that has not ended: that span's ID is its parent, and this one's parent is there apart.
  package var isPending = false
  package var pendingParentSpanID: SpanID?
  package var attributeCount: Int
  package var droppedAttributesCount: UInt32
  package var droppedEventsCount: UInt32
  package var droppedLinksCount: UInt32
  package var project: Candidate?
  package var session: Candidate?
  package var user: Candidate?
  /// Candidates for the session with another value than `session`.
  package var otherSessions: [Candidate] = []
  /// The project that the span's trace falls back on when this is its effective root.
  package var serviceProject: Candidate?
  package var serviceName: String?
  package var model: String?
  package var tokens: TokenCounts?
  /// As reported, else by the price of the model.
  package var cost: PicoDollars?
  /// `Fingerprint` of the response's ID.
  package var response: UInt64?
  package var tags: [String] = []
  /// Texts of JSON objects, in the order in which their members win.
  package var metadata: [String] = []
  package var text = SpanText()

  package var isError: Bool { statusCode == 2 }
  /// It says that its parent is in another process. Source: OTLP's SpanFlags, bits 8 and 9.
  package var hasRemoteParent: Bool { flags & 0x300 == 0x300 }
}

extension SpanFacts {
  /// What the facts hold in memory besides themselves, in bytes, near enough to bound a cache by.
  package var heldBytes: Int {
    // Spelt out, without arrays to loop over: it is asked for every span.
    var bytes = Self.bytes(name) + Self.bytes(statusMessage)
    bytes += Self.bytes(serviceName) + Self.bytes(model)
    bytes += Self.bytes(project?.value) + Self.bytes(session?.value) + Self.bytes(user?.value)
    for candidate in otherSessions { bytes += MemoryLayout<Candidate>.stride + Self.bytes(candidate.value) }
    bytes += Self.bytes(text.human?.text) + Self.bytes(text.ai?.text)
    bytes += Self.bytes(text.rawHuman?.text) + Self.bytes(text.rawAI?.text)
    for text in tags { bytes += MemoryLayout<String>.stride + Self.bytes(text) }
    for text in metadata { bytes += MemoryLayout<String>.stride + Self.bytes(text) }
    return bytes
  }

  /// A string of up to 15 bytes has no heap of its own; a longer one has a header of 32.
  private static func bytes(_ text: String?) -> Int {
    guard let count = text?.utf8.count, count > 15 else { return 0 }
    return count + 32
  }
}
