import Compression
import Conversations
import OTLP
import SQLite
import Telemetry
import Testing

@testable import Store

/// What lists read of a trace without its texts says what the whole trace says.
@Suite struct OutlineTests {
  private let conventions = Conventions()

  @Test(arguments: 0..<40) func anOutlineSaysWhatTheWholeSpanSays(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let sent = Traffic(seed: seed, sessions: 5).sent.shuffled(using: &random)
    try await TemporaryStore.with { store, limits in
      for batch in stride(from: 0, to: sent.count, by: 7) {
        try await store.take(Array(sent[batch..<min(batch + 7, sent.count)]), limits)
      }
      try await compare(store)
    }
  }

  @Test(arguments: CaptureTests.all) func anOutlineOfACaptureSaysWhatItsSpansSay(
    _ capture: CaptureTests.Capture
  ) async throws {
    guard let sent = try? capture.decoded(Limits()), !sent.spans.isEmpty else { return }
    try await TemporaryStore.with { store, _ in
      _ = try await store.ingest(sent)
      try await compare(store)
    }
  }

  private func compare(_ store: Store) async throws {
    let conventions = conventions
    let cut = try await store.writer.run(while: "comparing") { committer in
      let statement = try committer.database.connection.prepare("SELECT trace_key, trace_id FROM trace")
      var cut = 0
      while try statement.step() {
        let key = statement.integer(0)
        let traceID = try #require(TraceID(bytes: statement.bytes(1)))
        let outline = try committer.payload.outline(ofTrace: key)
        var whole = try committer.payload.material(ofTrace: traceID, key: key)
        #expect(outline.material.spanLocations == whole.spanLocations)
        whole.telemetry.logs = []
        try expectSameValues(outline, whole, &cut)
        try expectSameFacts(outline.material.telemetry, whole.telemetry, conventions)
      }
      return cut
    }
    _ = cut
  }

  /// Each attribute has its value, or is cut and of the same kind.
  private func expectSameValues(_ outline: TraceOutline, _ whole: TraceMaterial, _ cut: inout Int) throws {
    let parts = outline.material.telemetry
    try parts.withView { part in
      try whole.telemetry.withView { all in
        try #require(part.spans.count == all.spans.count)
        for index in all.spans.indices {
          let (a, b) = (part.span(index), all.span(index))
          try #require(a.attributes.count == b.attributes.count)
          #expect(a.events.map(\.time) == b.events.map(\.time) && a.events.map(\.name) == b.events.map(\.name))
          for place in 0..<b.attributes.count {
            let (left, right) = (a.attributes[place], b.attributes[place])
            #expect(part.text(left.key) == all.text(right.key))
            #expect(left.value.kind == right.value.kind)
            if outline.isCut(attribute: place, ofSpan: index) {
              cut += 1
              #expect(left.value.range.isEmpty && right.value.range.count > 64)
            } else {
              #expect(Array(part[left.value.range]) == Array(all[right.value.range]))
              #expect(left.value.bits == right.value.bits)
            }
          }
        }
      }
    }
  }

  private func expectSameFacts(
    _ outline: DecodedTelemetry, _ whole: DecodedTelemetry, _ conventions: Conventions
  ) throws {
    let a = try TraceFacts(outline, conventions: conventions)
    let b = try TraceFacts(whole, conventions: conventions)
    #expect(a.winners == b.winners)
    for (var left, var right) in zip(a.facts, b.facts) {
      left.text = SpanText()
      right.text = SpanText()
      left.response = nil
      right.response = nil
      #expect(left == right)
    }
  }

  // MARK: Where outlines do not do

  private func material(
    of requests: [DecodedTelemetry], _ use: @Sendable @escaping (Committer, TraceOutline) throws -> Void
  ) async throws {
    try await TemporaryStore.with { store, _ in
      for request in requests { _ = try await store.ingest(request) }
      try await store.writer.run(while: "reading") { try use($0, $0.payload.outline(ofTrace: 1)) }
    }
  }

  private func request(output: String, metadata: String = "{}") throws -> DecodedTelemetry {
    let text = """
      {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c",
      "spanId":"b7ad6b7169203331","name":"n","startTimeUnixNano":"1","endTimeUnixNano":"2","attributes":[
      {"key":"output.value","value":{"stringValue":"\(output)"}},
      {"key":"metadata","value":{"stringValue":"\(metadata)"}},
      {"key":"own","value":{"arrayValue":{"values":[{"stringValue":"\(output)"}]}}}]}]}]}]}
      """
    return try DecodedTelemetry.decodeTraces(json: Array(text.utf8), requestProject: nil, limits: Limits())
  }

  @Test func longTextsAreCutAndLongArrays() async throws {
    let request = try request(output: String(repeating: "word ", count: 60))
    try await material(of: [request]) { _, outline in
      #expect(outline.isCut(attribute: 0, ofSpan: 0) && outline.isCut(attribute: 2, ofSpan: 0))
      #expect(!outline.isCut(attribute: 1, ofSpan: 0) && !outline.isCut(attribute: 3, ofSpan: 0))
      #expect(!outline.isCut(attribute: 0, ofSpan: 1) && !outline.isCut(attribute: 0, ofSpan: -1))
      #expect(outline.material.telemetry.body.count < 200)
    }
  }

  /// Equal end times, equally many attributes: the bytes decide, and they are in the texts.
  @Test func versionsThatOnlyTheirTextsTellApartAreReadWhole() async throws {
    let texts = ["b", "c", "a"].map { String(repeating: $0, count: 100) }
    try await material(of: try texts.map { try request(output: $0) }) { _, outline in
      #expect(outline.material.telemetry.spans.count == 2)
      #expect(!outline.isCut(attribute: 0, ofSpan: 0))
      let winners = try outline.material.telemetry.withView { try WinnerRule.winners(of: $0) }
      let value = outline.material.telemetry.withView { view in
        view.text(view.span(winners[0]).attributes[0].value.range)
      }
      #expect(value == texts[1])
    }
  }

  @Test func aSpanWithVeryLongMetadataIsReadWhole() async throws {
    let metadata = #"{\"k\": \""# + String(repeating: "m", count: 5_000) + #"\"}"#
    let request = try request(output: String(repeating: "o", count: 100), metadata: metadata)
    try await material(of: [request]) { _, outline in
      #expect(!outline.isCut(attribute: 0, ofSpan: 0) && !outline.isCut(attribute: 1, ofSpan: 0))
    }
  }

  /// Blocks from before there were outlines hold their spans whole.
  @Test func aBlockWithoutAnOutlineIsReadWhole() async throws {
    let sent = Traffic(seed: 11, sessions: 5).sent
    try await TemporaryStore.with { store, limits in
      try await store.take(sent, limits)
      let before = try await Snapshot.text(of: store)
      try await store.writer.run(while: "rewriting") { try $0.forgetOutlines() }
      #expect(try await store.verify(repair: false).isClean)
      #expect(try await Snapshot.text(of: store) == before)
      try await compare(store)
      try await store.take(sent, limits)
      let traces = try await store.traces(ListQuestion(limit: 500)).rows
      for trace in traces.prefix(traces.count / 2) { _ = try await store.delete(trace: trace.id) }
      try await store.purge()
      #expect(try await store.verify(repair: false).isClean)
      try await compare(store)
    }
  }

  @Test func anOutlineWithoutItsBlockIsDamage() async throws {
    try await TemporaryStore.with { store, limits in
      try await store.take(Traffic(seed: 3).sent, limits)
      try await store.writer.run(while: "damaging") {
        try $0.database.connection.execute("UPDATE outline SET base_key = 4711 WHERE block_key = 2")
      }
      #expect(try await store.verify(repair: false).damage.count == 1)
    }
  }
}

extension Committer {
  /// Makes the file what it would be if there had never been outlines.
  fileprivate func forgetOutlines() throws {
    let statement = try database.connection.prepare("SELECT block_key FROM outline ORDER BY block_key")
    var contents: [(key: Int64, bytes: [UInt8])] = []
    while try statement.step() {
      let key = statement.integer(0)
      let block = try payload.block(key)
      let texts = try payload.texts(of: key)
      var encoder = BlockEncoder()
      try block.bytes.withUnsafeBytes { bytes in
        var joiner = SpanJoiner()
        for item in block.items {
          let first = encoder.number(of: block.resources[item.resource], in: bytes)
          let second = encoder.number(of: block.scopes[item.scope], in: bytes)
          try joiner.join(item, of: block, bytes, texts: texts)
          joiner.withMessage { encoder.add(.span, $0, resource: first, scope: second) }
        }
      }
      contents.append((key, encoder.finish()))
    }
    var base: (key: Int64, bytes: [UInt8])?
    for content in contents {
      let slots = try database.connection.integer("SELECT slots FROM block WHERE block_key = \(content.key)") ?? 0
      try blocks.rewrite(content.key, bytes: content.bytes, slots: Int(slots), base: base)
      // Chains of two.
      base = base == nil ? content : nil
    }
    try database.connection.execute("DELETE FROM outline")
    forgetEverything()
  }
}
