import Conversations
import OTLP
import SQLite
import Telemetry
import Testing

@testable import Store

@Suite struct WritingTests {
  @Test func sentAgainChangesNothingAndIsCounted() async throws {
    try await TemporaryStore.with { store, limits in
      let request = try Traffic(seed: 11, sessions: 2).spans.decoded(limits: limits)
      let first = try await store.ingest(request)
      let before = try await Snapshot.text(of: store)
      let second = try await store.ingest(request)
      #expect(second.storedSpans == 0)
      #expect(second.repeatedSpans == request.spans.count)
      #expect(try await Snapshot.text(of: store) == before)
      let statistics = try await store.statistics()
      let distinct = Set(request.spans.map { "\($0.traceID.hex)\($0.spanID.hex)" })
      #expect(Int(statistics.spans) == distinct.count)
      #expect(first.storedSpans >= distinct.count)
    }
  }

  @Test func aFullQueueIsRefusedAtOnce() async throws {
    var limits = Limits()
    limits.ingestQueueBytesMax = 1
    try await TemporaryStore.with(limits: limits) { store, limits in
      let requests = try (0..<64).map { try Traffic(seed: $0, sessions: 1).spans.decoded(limits: limits) }
      let refusals = await withTaskGroup(of: Bool.self) { group in
        for request in requests {
          group.addTask {
            do {
              _ = try await store.ingest(request)
              return false
            } catch {
              guard case .overloaded? = error as? StoreError else { return false }
              return true
            }
          }
        }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(refusals > 0)
      #expect(try await store.verify(repair: false).isClean)
    }
  }

  /// A question that fails amid its rows holds no snapshot: the next one sees what was written since.
  @Test func aFailedQuestionLeavesNothingBehind() async throws {
    var limits = Limits()
    limits.readersMax = 1
    try await TemporaryStore.with(limits: limits) { store, limits in
      _ = try await store.ingest(Traffic(seed: 5).spans.decoded(limits: limits))
      try await store.writer.run(while: "damaging a row") { committer in
        try committer.database.connection.execute(
          "UPDATE trace SET detail = 'x' WHERE trace_key = (SELECT min(trace_key) FROM trace)")
      }
      await #expect(throws: StoreError.self) { try await store.traces(ListQuestion(limit: 500)) }
      let before = try await store.statistics().traces
      _ = try await store.ingest(Traffic(seed: 6).spans.decoded(limits: limits))
      #expect(try await store.statistics().traces > before)
    }
  }

  @Test func aDamagedRowIsNamedAndRepaired() async throws {
    try await TemporaryStore.with { store, limits in
      _ = try await store.ingest(Traffic(seed: 5).spans.decoded(limits: limits))
      let before = try await Snapshot.text(of: store)
      try await store.writer.run(while: "damaging a row") { committer in
        try committer.database.connection.execute(
          "UPDATE session SET trace_count = trace_count + 1 WHERE session_key = (SELECT min(session_key) FROM session)")
      }
      let report = try await store.verify(repair: true)
      #expect(report.drifts.map(\.kind) == ["session"])
      #expect(report.drifts.map(\.field) == ["trace_count"])
      #expect(try await store.verify(repair: false).isClean)
      #expect(try await Snapshot.text(of: store) == before)
    }
  }

  @Test func pagesGiveEachRowOnce() async throws {
    try await TemporaryStore.with { store, limits in
      _ = try await store.ingest(Traffic(seed: 7, sessions: 6).spans.decoded(limits: limits))
      let whole = try await store.traces(ListQuestion(limit: 500)).rows.map(\.id)
      for key in Sort.Key.allCases {
        for descending in [true, false] {
          var question = ListQuestion(limit: 3)
          question.sort = Sort(key: key, descending: descending)
          var walked: [TraceID] = []
          repeat {
            let page = try await store.traces(question)
            walked += page.rows.map(\.id)
            question.cursor = page.next
          } while question.cursor != nil
          #expect(walked.count == whole.count, "\(key) \(descending)")
          #expect(Set(walked) == Set(whole), "\(key)")
        }
      }
    }
  }
}
