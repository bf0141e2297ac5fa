package import Conversations
package import Telemetry

/// A row of LLM Tracing's view of spans. Texts hold at most `Limits.listTextScalarsMax` scalars.
package struct SpanRow: Sendable {
  package var id: SpanID
  package var parentID: SpanID?
  package var traceID: TraceID
  /// Whose it is, it inherits from its trace: project, session and user.
  package var project: ProjectName
  package var sessionID: SessionID?
  package var sessionName: SessionName?
  package var userID: UserID?
  package var name: String
  package var kind: ObservationKind
  /// OTLP's SpanKind number.
  package var spanKind: Int32
  package var startTime: UnixNanoseconds
  package var endTime: UnixNanoseconds
  package var status: RowStatus
  /// OTLP's StatusCode number.
  package var statusCode: Int32
  package var statusMessage: String
  /// From here on what the span itself says; what it does not say is nil or empty.
  package var model: String?
  package var tokens: TokenCounts?
  package var cost: PicoDollars?
  package var input: String?
  package var output: String?
  package var tags: [String]
  /// A JSON object.
  package var metadata: String?
  package var service: String?
}

extension RowStatus {
  /// error: status ERROR; pending: the span has been announced and has not ended; else ok.
  init(_ span: SpanFacts) {
    if span.isError { self = .error } else { self = span.isPending ? .pending : .ok }
  }
}
