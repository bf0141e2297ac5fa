import Conversations
import HummingbirdCore
import NIOCore
import Store
import Telemetry

/// What an export is of.
enum ExportedRows: Sendable {
  case session(SessionRow)
  case trace(TraceRow)
  case sessions(ListQuestion)
  case traces(ListQuestion)

  var selection: ExportSelection {
    switch self {
    case .session(let row): .session(row.id)
    case .trace(let row): .trace(row.id)
    case .sessions(let question): .sessions(question)
    case .traces(let question): .traces(question)
    }
  }
}

/// Something that turns are written as, piece by piece.
enum TurnSection {
  case session(SessionRow)
  case trace(TraceRow)
}

/// Writes turns as text. `begin` and `end` enclose the whole, `open` and `close` the turns of one section.
protocol TurnRendering {
  func begin(_ out: inout [UInt8])
  func open(_ section: TurnSection, _ out: inout [UInt8])
  func write(_ turn: Turn, of section: TurnSection, _ out: inout [UInt8])
  func close(_ section: TurnSection, _ out: inout [UInt8])
  func end(_ out: inout [UInt8])
}

extension Exchange {
  /// Turns that are in memory at once.
  private static let turnsAtOnce = 16
  private static let rowsAtOnce = 100
  private static let chunkBytes = 64 << 10

  func render(
    _ rows: ExportedRows, as form: some TurnRendering, to writer: inout any ResponseBodyWriter
  ) async throws {
    var out: [UInt8] = []
    form.begin(&out)
    switch rows {
    case .session(let row): try await render(row, as: form, &out, to: &writer)
    case .trace(let row): try await render(row, as: form, &out, to: &writer)
    case .sessions(var question):
      question.limit = Self.rowsAtOnce
      repeat {
        let page = try await store.sessions(question)
        for row in page.rows { try await render(row, as: form, &out, to: &writer) }
        question.cursor = page.next
      } while question.cursor != nil
    case .traces(var question):
      question.limit = Self.rowsAtOnce
      repeat {
        let page = try await store.traces(question)
        for row in page.rows { try await render(row, as: form, &out, to: &writer) }
        question.cursor = page.next
      } while question.cursor != nil
    }
    form.end(&out)
    try await writer.write(ByteBuffer(bytes: out))
  }

  private func render(
    _ row: SessionRow, as form: some TurnRendering, _ out: inout [UInt8], to writer: inout any ResponseBodyWriter
  ) async throws {
    form.open(.session(row), &out)
    var place: TurnPlace? = .start
    while let from = place {
      guard let page = try await turnsIfPresent(of: row.id, from: from) else { break }
      for turn in page.turns { form.write(turn, of: .session(row), &out) }
      try await flush(&out, to: &writer)
      place = page.next
    }
    form.close(.session(row), &out)
  }

  private func render(
    _ row: TraceRow, as form: some TurnRendering, _ out: inout [UInt8], to writer: inout any ResponseBodyWriter
  ) async throws {
    guard let trace = try await store.trace(row.id) else { return }
    form.open(.trace(row), &out)
    for turn in Conversations.turns(of: [LoadedTrace(trace)], conventions: site.configuration.conventions) {
      form.write(turn, of: .trace(row), &out)
    }
    form.close(.trace(row), &out)
    try await flush(&out, to: &writer)
  }

  /// nil: the session was deleted meanwhile.
  private func turnsIfPresent(of id: SessionID, from place: TurnPlace) async throws -> TurnPage? {
    do {
      return try await turns(of: id, from: place, limit: Self.turnsAtOnce).1
    } catch .notFound {
      return nil
    }
  }

  private func flush(_ out: inout [UInt8], to writer: inout any ResponseBodyWriter) async throws {
    if out.count < Self.chunkBytes { return }
    try await writer.write(ByteBuffer(bytes: out))
    out.removeAll(keepingCapacity: true)
  }
}
