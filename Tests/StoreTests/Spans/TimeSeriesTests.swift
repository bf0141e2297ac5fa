import Conversations
import Filters
import JSON
import Telemetry
import Testing

@testable import Store

/// Time series come to what the lists come to, and their percentiles are exact.
@Suite struct TimeSeriesTests {
  @Test(arguments: [1, 2, 3] as [UInt64]) func sumsAreThoseOfTheLists(seed: UInt64) async throws {
    try await TemporaryStore.with { store, limits in
      try await store.take(SpanTraffic.sent(seed: seed, sessions: 8), limits)
      try await store.bookmarkSomeSessions()
      let naive = try await NaiveSpans(store)
      let filters = try await NaiveSpanFilter(store)
      let naiveRows = try await NaiveRows(store, sort: Sort(key: .endTime, descending: true))
      var random = SeededGenerator(seed: seed)
      for _ in 0..<40 {
        var rows = ListQuestion(limit: 500)
        RandomQuestion.narrow(&rows, naive, &random)
        // Spans that end at 1970 make any shorter interval too many.
        let interval: UInt64 = [86_400_000_000_000 * 30, 86_400_000_000_000 * 7].randomElement(using: &random) ?? 1
        if random.chance(25), let word = filters.phrases(&random).first {
          rows.text = try TextQuery("\"\(word)\"", limits: limits)
        }
        var ofSessions = rows
        if random.chance(60) {
          rows.filter = try Filter(
            FilterTraffic.filter(of: .traces, naiveRows.traces, &random), for: .traces, limits: limits)
          ofSessions.filter = try Filter(
            FilterTraffic.filter(of: .sessions, naiveRows.sessions, &random), for: .sessions, limits: limits)
        }
        // The lists are held against a plain reading of filters by tests of their own.
        let traces = try await store.traces(rows).rows
        let sessions = try await store.sessions(ofSessions).rows
        func points(_ metric: TimeSeriesMetric) async throws -> [TimeSeriesPoint] {
          try await store.points(metric, interval, metric == .sessions ? ofSessions : rows)
        }
        let ends = traces.map(\.endTime.value)
        #expect(amounts(try await points(.traces)) == counts(ends.map { ($0, 1) }, interval))
        #expect(
          amounts(try await points(.sessions)) == counts(sessions.map { ($0.endTime.value, 1) }, interval))
        #expect(
          amounts(try await points(.tokens))
            == counts(traces.map { ($0.endTime.value, $0.tokens?.total ?? 0) }, interval))
        #expect(
          amounts(try await points(.cost))
            == counts(traces.map { ($0.endTime.value, $0.cost?.value ?? 0) }, interval))
        #expect(
          amounts(try await points(.errors)) == counts(traces.map { ($0.endTime.value, $0.errorCount) }, interval))
        try check(try await points(.latency), traces, interval)
      }
    }
  }

  private func amounts(_ points: [TimeSeriesPoint]) -> [UInt64: Int64] {
    for (a, b) in zip(points, points.dropFirst()) { #expect(a.time < b.time) }
    return points.reduce(into: [:]) { sums, point in
      switch point.value {
      case .amount(let amount): if amount != 0 { sums[point.time.value] = amount }
      case .dollars(let dollars): if dollars.value != 0 { sums[point.time.value] = dollars.value }
      case .percentiles: Issue.record("not an amount")
      }
    }
  }

  private func counts(_ rows: [(UInt64, Int64)], _ interval: UInt64) -> [UInt64: Int64] {
    rows.reduce(into: [:]) { $0[$1.0 / interval * interval, default: 0] += $1.1 }.filter { $0.value != 0 }
  }

  private func check(_ points: [TimeSeriesPoint], _ traces: [TraceRow], _ interval: UInt64) throws {
    for point in points {
      let durations = traces.filter { $0.endTime.value / interval * interval == point.time.value }
        .map { durationNanoseconds(from: $0.startTime, to: $0.endTime) }.sorted()
      guard case .percentiles(let found) = point.value else {
        Issue.record("no latency")
        continue
      }
      guard let found else {
        #expect(durations.isEmpty)
        continue
      }
      for (value, share) in [(found.p50, 0.5), (found.p95, 0.95), (found.p99, 0.99)] {
        // The least duration that at least such a share of them does not exceed.
        let least = durations.first { bound in
          Double(durations.count { $0 <= bound }) >= share * Double(durations.count) - 1e-9
        }
        #expect(value == least)
      }
    }
  }

  /// What one question adds up serves the next only until something is written.
  @Test func figuresFollowWhatIsStored() async throws {
    try await TemporaryStore.with { store, limits in
      let month: UInt64 = 86_400_000_000_000 * 30
      let asked = ListQuestion(limit: 500)
      for batch in Traffic(seed: 9, sessions: 4).spans.chunks(of: 11) {
        try await store.take(batch, limits)
        let rows = try await store.traces(asked).rows
        for _ in 0..<2 {
          #expect(
            amounts(try await store.points(.traces, month, asked)) == counts(rows.map { ($0.endTime.value, 1) }, month))
          #expect(
            amounts(try await store.points(.tokens, month, asked))
              == counts(rows.map { ($0.endTime.value, $0.tokens?.total ?? 0) }, month))
        }
      }
    }
  }

  /// "é" is one scalar or two: figures that were asked for in the one spelling are no answer to the other.
  @Test func figuresOfOneSpellingAreNotThoseOfAnother() async throws {
    try await TemporaryStore.with { store, limits in
      let sent = Sent(
        resource: .object([]),
        item: .object([
          ("traceId", .string(String(repeating: "a", count: 32))),
          ("spanId", .string(String(repeating: "b", count: 16))),
          (
            "attributes",
            .array([
              .object([("key", .string("tag.tags")), ("value", .object([("stringValue", .string("Ren\u{E9}"))]))])
            ])
          ),
        ]))
      try await store.take([sent], limits)
      for (tag, count) in [("Ren\u{E9}", 1), ("Rene\u{301}", 0)] {
        var asked = ListQuestion(limit: 1)
        asked.tag = tag
        #expect(amounts(try await store.points(.traces, 60_000_000_000, asked)).values.reduce(0, +) == count)
      }
    }
  }

  @Test func nothingEndedIsAGapAndTooManyIntervalsAreRefused() async throws {
    try await TemporaryStore.with { store, limits in
      try await store.take(Traffic(seed: 4, sessions: 3).spans, limits)
      let latest = try await store.traces(ListQuestion(limit: 1)).rows.first?.endTime.value ?? 0
      let far = Sent(
        resource: .object([]),
        item: .object([
          ("traceId", .string(String(repeating: "a", count: 32))),
          ("spanId", .string(String(repeating: "b", count: 16))),
          ("startTimeUnixNano", .string(String(latest + 600_000_000_000))),
          ("endTimeUnixNano", .string(String(latest + 600_000_000_000))),
        ]))
      try await store.take([far], limits)
      let minute: UInt64 = 60_000_000_000
      let points = try await store.points(.traces, minute, ListQuestion(limit: 1))
      #expect(points.count >= 11)
      #expect(points.contains { $0.value == .amount(0) })
      #expect(points.allSatisfy { $0.time.value % minute == 0 })
      let latencies = try await store.points(.latency, minute, ListQuestion(limit: 1))
      #expect(latencies.contains { $0.value == .percentiles(nil) })
      let answer = try await store.timeSeries(
        TimeSeriesQuestion(metric: .traces, interval: 1_000, rows: ListQuestion(limit: 1)))
      guard case .tooLong(let count) = answer else {
        Issue.record("not refused")
        return
      }
      #expect(count > 10_000)
    }
  }
}

extension Store {
  func points(
    _ metric: TimeSeriesMetric, _ interval: UInt64, _ rows: ListQuestion
  ) async throws -> [TimeSeriesPoint] {
    switch try await timeSeries(TimeSeriesQuestion(metric: metric, interval: interval, rows: rows)) {
    case .points(let points): return points
    case .tooLong(let count):
      Issue.record("\(count) intervals")
      return []
    }
  }
}
