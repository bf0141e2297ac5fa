package import Conversations
package import OTLP
package import Telemetry

package struct ProjectRow: Sendable {
  package var name: ProjectName
  package var sessionCount: Int64
  package var traceCount: Int64
  package var spanCount: Int64
  package var firstSeen: UnixNanoseconds
  package var lastSeen: UnixNanoseconds
}

/// A row of the Sessions list. Texts hold at most `Limits.listTextScalarsMax` scalars.
package struct SessionRow: Sendable {
  package var id: SessionID
  package var name: SessionName
  package var project: ProjectName
  package var displayName: String?
  package var bookmarked: Bool
  package var traceCount: Int64
  package var turnCount: Int64
  package var spanCount: Int64
  package var errorCount: Int64
  package var startTime: UnixNanoseconds
  package var endTime: UnixNanoseconds
  package var firstMessage: String?
  package var lastMessage: String?
  package var firstReply: String?
  package var lastReply: String?
  package var userID: UserID?
  package var userIDs: [UserID]
  package var tokens: TokenCounts?
  package var cost: PicoDollars?
  package var status: RowStatus
  package var models: [String]
  package var tags: [String]
  package var services: [String]
  package var warnings: [Warning]
}

package struct SessionDetail: Sendable {
  package var row: SessionRow
  /// Neighbours in the default order of the list (`-end_time`, then ID).
  package var previous: SessionID?
  package var next: SessionID?
  /// The keys of its traces' metadata, ordered by their UTF-8.
  package var metadataKeys: [String]
}

/// A row of LLM Tracing.
package struct TraceRow: Sendable {
  package var id: TraceID
  package var project: ProjectName
  package var sessionID: SessionID?
  package var sessionName: SessionName?
  package var userID: UserID?
  package var name: String
  package var input: String?
  package var output: String?
  package var startTime: UnixNanoseconds
  package var endTime: UnixNanoseconds
  package var status: RowStatus
  /// The model of its last model call that names one; all of them in `models`.
  package var model: String?
  package var models: [String]
  package var services: [String]
  package var tokens: TokenCounts?
  package var cost: PicoDollars?
  package var spanCount: Int64
  package var errorCount: Int64
  package var tags: [String]
  /// A JSON object; nil where no span carries metadata.
  package var metadata: String?
}

/// A trace read back whole: the winning version of each of its spans and its log records, in the order in which the
/// tree is walked (roots and siblings by start time, then span ID), with what was derived from them.
package struct StoredTrace: Sendable {
  package var row: TraceRow
  package var summary: TraceSummary
  package var telemetry: DecodedTelemetry
  /// One for each of `telemetry.spans`.
  package var facts: [SpanFacts]
  /// How deep each span lies in the tree; 0 for a root.
  package var depths: [Int]
}

/// Where a trace stands among those of its session. It stays where it is whatever arrives or is deleted around it.
package struct TurnTracePlace: Sendable, Hashable {
  package var startTime: UnixNanoseconds
  package var id: TraceID

  package init(startTime: UnixNanoseconds, id: TraceID) {
    self.startTime = startTime
    self.id = id
  }
}

/// A page of a session's (or a trace's) traces in the order of its turns.
package struct StoredTraces: Sendable {
  package var traces: [StoredTrace]
  /// Turns of the session before the first of `traces`.
  package var turnsBefore: Int64
  /// The first trace behind this page; nil on the last one.
  package var nextTrace: TurnTracePlace?
}

/// A user's totals within a project.
package struct UserRow: Sendable {
  package var id: UserID
  package var project: ProjectName
  package var sessionCount: Int64
  package var traceCount: Int64
  package var tokens: TokenCounts?
  package var cost: PicoDollars?
  package var firstSeen: UnixNanoseconds
  package var lastSeen: UnixNanoseconds
}

/// Something that looks wrong in the data: how many traces it concerns, and some of them.
package struct Finding: Sendable {
  package var kind: FindingKind
  package var traceCount: Int64
  /// At most five, the latest first.
  package var examples: [TraceID]
}

/// Sizes and counts.
package struct StoreStatistics: Sendable {
  package var projects: Int64
  package var sessions: Int64
  package var users: Int64
  package var traces: Int64
  package var spans: Int64
  package var logs: Int64
  package var blocks: Int64
  package var payloadBytes: Int64
  package var compressedBytes: Int64
  package var databaseBytes: Int64
  package var walBytes: Int64
  /// Spans delivered again, unchanged and changed, since the file was made.
  package var repeatedSpans: Int64
  package var supersededSpans: Int64
  package var schemaVersion: Int64
}

/// What a commit did with a request.
package struct IngestReceipt: Sendable {
  package var storedSpans: Int
  /// Spans that were already there, or lost against a stored version.
  package var repeatedSpans: Int
}
