import Filters
import HTTPTypes
import HummingbirdCore
import NIOCore
import Store
import Telemetry

/// `GET /api/v1/sessions/{id}/export`: a whole session.
func exportSession(_ exchange: Exchange) async throws(Failure) -> Response {
  let format = try exchange.format()
  let id = try exchange.sessionID()
  let found = try await exchange.ask { store throws(StoreError) in try await store.session(id) }
  guard let row = found?.row else { throw .noSession }
  return try exchange.export(.session(row), as: format, name: row.name.text)
}

/// `GET /api/v1/traces/{trace_id}/export`: a whole trace, with or without a session.
func exportTrace(_ exchange: Exchange) async throws(Failure) -> Response {
  let format = try exchange.format()
  let id = try exchange.traceID()
  let found = try await exchange.ask { store throws(StoreError) in try await store.trace(id) }
  guard let row = found?.row else { throw .noTrace }
  return try exchange.export(.trace(row), as: format, name: "trace-" + id.hex)
}

/// `GET /api/v1/sessions/export`: every session that the list answers to the same parameters, in its order.
func exportSessions(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  let format = try ExportFormat(&query)
  let question = try ListQuestion(exportOf: &query, of: .sessions, sorts: Sort.Key.allCases, exchange.limits)
  try query.finish()
  let asked = question
  // A question that can't be answered is refused before the file begins.
  _ = try await exchange.askList { store throws(StoreError) in try await store.sessions(asked) }
  return try exchange.export(.sessions(question), as: format, name: "sessions")
}

/// `GET /api/v1/traces/export`: every trace that the list answers to the same parameters, in its order.
func exportTraces(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  let format = try ExportFormat(&query)
  let sorts = Sort.Key.allCases.filter { $0 != .traceCount }
  let question = try ListQuestion(exportOf: &query, of: .traces, sorts: sorts, exchange.limits)
  try query.finish()
  let asked = question
  _ = try await exchange.askList { store throws(StoreError) in try await store.traces(asked) }
  return try exchange.export(.traces(question), as: format, name: "traces")
}

extension ListQuestion {
  /// The conditions and the order of a list; an export has no pages.
  fileprivate init(
    exportOf query: inout Query, of list: FilteredList, sorts: [Sort.Key], _ limits: Limits
  ) throws(Failure) {
    self.init(limit: 1)
    try readSort(&query, among: sorts)
    try readNarrowing(&query, of: list, limits: limits)
  }
}

extension Exchange {
  fileprivate func format() throws(Failure) -> ExportFormat {
    var query = try Query(target.query)
    let format = try ExportFormat(&query)
    try query.finish()
    return format
  }

  /// An answer that is written while it is read. What fails once it has begun cuts the connection, so that nobody takes
  /// half of a file for the whole.
  fileprivate func export(_ selection: ExportedRows, as format: ExportFormat, name: String) throws(Failure) -> Response
  {
    guard let slot = site.exports.take() else {
      throw .overloaded("\(site.exports.max) exports are being read already, which is the most.")
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: format.contentType, .contentDisposition: FileName.disposition(name, format.suffix),
        .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
        .contentSecurityPolicy: ConversationPage.securityPolicy,
      ],
      body: ResponseBody { [self] writer in
        switch format {
        case .otlp: try await copy(selection, as: .protobufTraces, to: &writer)
        case .otlpLogs: try await copy(selection, as: .protobufLogs, to: &writer)
        case .jsonl: try await copy(selection, as: .jsonLines, to: &writer)
        case .csv: try await render(selection, as: TurnTable(), to: &writer)
        case .html: try await render(selection, as: ConversationPage(title: name), to: &writer)
        }
        _ = slot
        try await writer.finish(nil)
      })
  }

  private func copy(
    _ rows: ExportedRows, as form: ExportForm, to writer: inout any ResponseBodyWriter
  ) async throws {
    _ = try await store.export(rows.selection, as: form) { try await writer.write(ByteBuffer(bytes: $0)) }
  }
}
