import Conversations
import OTLP
import Telemetry
import Testing

@testable import Store

/// What is exported makes the same store again.
@Suite struct ExportingTests {
  @Test(arguments: 0..<24) func anImportGivesTheSameAnswers(seed: UInt64) async throws {
    try await TemporaryStore.with { store, limits in
      try await store.take(Traffic(seed: seed, sessions: 6).sent, limits)
      let expected = try await Snapshot.text(of: store)
      for isJSON in [true, false] {
        let requests = try await store.exported(.traces(ListQuestion(limit: 1)), isJSON: isJSON)
        try await TemporaryStore.with { other, _ in
          for request in requests { _ = try await other.ingest(request) }
          #expect(try await Snapshot.text(of: other) == expected, "seed \(seed), JSON \(isJSON)")
        }
      }
    }
  }

  @Test(arguments: 0..<6) func aSessionIsExportedWholeAndInOrder(seed: UInt64) async throws {
    try await TemporaryStore.with { store, limits in
      try await store.take(Traffic(seed: seed, sessions: 6).sent, limits)
      let traces = try await store.traces(ListQuestion(limit: 500)).rows
      for session in try await store.sessions(ListQuestion(limit: 500)).rows {
        let own = traces.filter { $0.sessionID == session.id }
        let ordered = own.sorted { ($0.startTime, $0.id) < ($1.startTime, $1.id) }.map(\.id)
        let request = try await store.exported(.session(session.id), isJSON: false)[0]
        var met: [TraceID] = []
        for span in request.spans where met.last != span.traceID { met.append(span.traceID) }
        #expect(met == ordered)
        #expect(Int64(request.spans.count) == session.spanCount)
      }
    }
  }

  @Test func chunksStaySmall() async throws {
    try await TemporaryStore.with { store, _ in
      for number in 0..<10 {
        let text = String(repeating: "many words \(number) ", count: 100)
        _ = try await store.ingest(ManyTraces.request(count: 60, session: "long", text: text, number: number * 60))
      }
      let collected = Collected()
      let all = ExportSelection.traces(ListQuestion(limit: 1))
      let count = try await store.export(all, as: .protobufTraces) { await collected.add($0) }
      #expect(count == 600)
      #expect(await collected.chunks.count > 5)
      #expect(await collected.chunks.allSatisfy { $0.count < 2 << 20 })
    }
  }

  @Test func whatIsNotThereIsNotExported() async throws {
    try await TemporaryStore.with { store, _ in
      let id = SessionID(project: ProjectName("a"), name: SessionName("b"))
      let count = try await store.export(.session(id), as: .jsonLines) { _ in }
      #expect(count == nil)
    }
  }

  /// What an import takes back is taken back alone: other attributes, their order and unknown fields stay.
  @Test func anImportTakesBackTheProjectOfTheRequest() throws {
    let limits = Limits()
    for sent in Traffic(seed: 5).spans {
      let plain = try [sent].decoded(limits: limits)
      let exported = plain.withView { ExportRequest.traces($0) }
      var imported = try DecodedTelemetry.decodeTraces(protobuf: exported, requestProject: nil, limits: limits)
      try imported.takeBackRequestProjects()
      let (a, b) = (plain.resources[0], imported.resources[0])
      #expect(plain.body[a.message.range] == imported.body[b.message.range])
      #expect(plain.body[a.requestProject.range] == imported.body[b.requestProject.range])
      #expect(a.attributes.count == b.attributes.count)
    }
  }
}

private actor Collected {
  var chunks: [[UInt8]] = []

  func add(_ chunk: [UInt8]) { chunks.append(chunk) }
}

extension Store {
  /// Spans and log records, exported and decoded as an import does.
  fileprivate func exported(_ selection: ExportSelection, isJSON: Bool) async throws -> [DecodedTelemetry] {
    let limits = configuration.limits
    func bytes(_ form: ExportForm) async throws -> [UInt8] {
      let collected = Collected()
      _ = try await export(selection, as: form) { await collected.add($0) }
      return await collected.chunks.flatMap { $0 }
    }
    var requests: [DecodedTelemetry]
    if isJSON {
      let lines = try await bytes(.jsonLines)
      requests = [
        try .decodeTraces(json: lines, requestProject: nil, limits: limits, lines: true),
        try .decodeLogs(json: lines, requestProject: nil, limits: limits, lines: true),
      ]
    } else {
      requests = [
        try .decodeTraces(protobuf: try await bytes(.protobufTraces), requestProject: nil, limits: limits),
        try .decodeLogs(protobuf: try await bytes(.protobufLogs), requestProject: nil, limits: limits),
      ]
    }
    for index in requests.indices { try requests[index].takeBackRequestProjects() }
    return requests
  }
}
