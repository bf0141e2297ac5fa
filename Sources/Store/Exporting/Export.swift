import Conversations
import OTLP
import SQLite
package import Telemetry

/// What is exported.
package enum ExportSelection: Sendable {
  case session(SessionID)
  case trace(TraceID)
  /// The traces that a list answers; all of them, whatever its limit.
  case traces(ListQuestion)
  /// The traces of the sessions that a list answers; all of them, whatever its limit.
  case sessions(ListQuestion)
}

/// How it is written. A project that a request header named becomes the resource attribute `steno.request.project`.
package enum ExportForm: Sendable, CaseIterable {
  /// Chunks that joined are one ExportTraceServiceRequest. As sent, unknown fields included.
  case protobufTraces
  /// Chunks that joined are one ExportLogsServiceRequest: the log records that carry messages of the spans.
  case protobufLogs
  /// Lines of OTLP/JSON, as the Collector's file exporter writes them: of each trace a line with its spans, and one with
  /// its log records if it has any.
  case jsonLines
}

extension Store {
  /// Writes the stored spans (of each the version that stays) and log records, trace by trace: a session's by start,
  /// then trace ID, a list's in its order. `write` is called with about a MiB at a time, in order, and what comes next
  /// is read once it has returned: memory stays flat however much is exported, and no snapshot is held meanwhile.
  /// Returns the number of traces; nil if there is no such session or trace.
  package func export(
    _ selection: ExportSelection, as form: ExportForm, _ write: ([UInt8]) async throws -> Void
  ) async throws -> Int? {
    switch selection {
    case .trace(let id):
      guard try await trace(id) != nil else { return nil }
      return try await export([id], as: form, write)
    case .session(let id):
      guard try await session(id) != nil else { return nil }
      return try await export(session: id, as: form, write)
    case .traces(let question):
      return try await export(question, as: form, write)
    case .sessions(var question):
      question.limit = Self.rowsPerPage
      question.wantsTotal = false
      var count = 0
      repeat {
        let page = try await sessions(question)
        for row in page.rows { count += try await export(session: row.id, as: form, write) }
        question.cursor = page.next
      } while question.cursor != nil
      return count
    }
  }

  private func export(
    session id: SessionID, as form: ExportForm, _ write: ([UInt8]) async throws -> Void
  ) async throws -> Int {
    var question = ListQuestion(limit: 1)
    question.sessionID = id
    question.sort = Sort(key: .startTime, descending: false)
    return try await export(question, as: form, write)
  }

  private static let rowsPerPage = 200
  private static let chunkBytes = 1 << 20

  private func export(
    _ question: ListQuestion, as form: ExportForm, _ write: ([UInt8]) async throws -> Void
  ) async throws -> Int {
    var question = question
    question.limit = Self.rowsPerPage
    question.wantsTotal = false
    var count = 0
    repeat {
      let page = try await traces(question)
      count += try await export(page.rows.map(\.id), as: form, write)
      question.cursor = page.next
    } while question.cursor != nil
    return count
  }

  private func export(
    _ ids: [TraceID], as form: ExportForm, _ write: ([UInt8]) async throws -> Void
  ) async throws -> Int {
    let conventions = configuration.conventions
    var rest = ids[...]
    var count = 0
    while !rest.isEmpty {
      let next = rest
      let chunk = try await readers.read("exporting") { reader in
        try Self.chunk(of: next, as: form, reader, conventions)
      }
      if !chunk.bytes.isEmpty { try await write(chunk.bytes) }
      count += chunk.found
      rest = rest.dropFirst(chunk.taken)
    }
    return count
  }

  /// As many of the traces as make a chunk, at least one. One that is deleted by now is passed over.
  private static func chunk(
    of ids: ArraySlice<TraceID>, as form: ExportForm, _ reader: Reader, _ conventions: Conventions
  ) throws -> (bytes: [UInt8], taken: Int, found: Int) {
    var bytes: [UInt8] = []
    var taken = 0
    var found = 0
    for id in ids where bytes.count < chunkBytes {
      taken += 1
      let statement = try reader.database.statement("find_trace")
      statement.bind(id.bytes, at: 1)
      guard try statement.step() else { continue }
      let trace = try FoundTrace(statement)
      statement.reset()
      bytes += try form.encode(whole(trace, reader, conventions))
      found += 1
    }
    return (bytes, taken, found)
  }

  /// The spans of the trace in the order of its tree, behind them those that only announced another, which answers leave
  /// out: what is imported must be all that is stored.
  private static func whole(
    _ trace: FoundTrace, _ reader: Reader, _ conventions: Conventions
  ) throws -> DecodedTelemetry {
    let material = try reader.payload.material(ofTrace: trace.entry.traceID, key: trace.key)
    let shown = try trace.stored(from: material, reader, conventions).telemetry
    var telemetry = material.telemetry
    let read = try TraceFacts(telemetry, conventions: conventions)
    if read.winners.count == shown.spans.count { return shown }
    let winners = read.winners.map { telemetry.spans[$0] }
    let places = Dictionary(shown.spans.enumerated().map { ($1.spanID, $0) }) { first, _ in first }
    telemetry.spans = winners.sorted { a, b in
      let (left, right) = (places[a.spanID] ?? .max, places[b.spanID] ?? .max)
      return left == right ? a.spanID < b.spanID : left < right
    }
    telemetry.logs = read.logs.map { telemetry.logs[$0] }
    return telemetry
  }
}

extension ExportForm {
  fileprivate func encode(_ telemetry: DecodedTelemetry) throws -> [UInt8] {
    try telemetry.withView { view in
      switch self {
      case .protobufTraces: return ExportRequest.traces(view)
      case .protobufLogs: return ExportRequest.logs(view)
      case .jsonLines:
        let newline = [UInt8(ascii: "\n")]
        let spans = try ExportRequest.tracesJSON(view) + newline
        return view.logs.isEmpty ? spans : try spans + ExportRequest.logsJSON(view) + newline
      }
    }
  }
}
