import Conversations
import Foundation
import JSON
import OTLP
import Telemetry
import Testing

@testable import Store

/// Rows are a function of the set of spans: any order, split, repetition, and two writers at once.
/// `LAW_SCHEDULES` sets how many schedules are tried; each prints its seed when it fails.
@Suite struct LawTests {
  static let schedules = UInt64(ProcessInfo.processInfo.environment["LAW_SCHEDULES"] ?? "") ?? 120

  @Test(arguments: 0..<8) func anyScheduleGivesTheSameAnswers(part: UInt64) async throws {
    for seed in stride(from: part, to: Self.schedules, by: 8) {
      try await check(Traffic(seed: seed / 4).sent, seed, SeededGenerator(seed: seed &* 7_919 &+ 1))
    }
  }

  /// "é" is one scalar or two: one text to Unicode and to Swift's `==`, and two to the law.
  @Test func theSpellingOfATextIsPartOfIt() async throws {
    let spellings = ["Ren\u{E9}", "Rene\u{301}"]
    func sent(_ trace: Int, _ spelling: String) -> Sent {
      let keys = ["session.id", "user.id", "tag.tags", "input.value", "output.value", "gen_ai.request.model"]
      let attributes = keys.map { key in
        JSONValue.object([("key", .string(key)), ("value", .object([("stringValue", .string(spelling))]))])
      }
      let span = JSONValue.object([
        ("traceId", .string(String(repeating: "0", count: 31) + "\(trace)")), ("spanId", .string("00000000000000a1")),
        ("name", .string(spelling)), ("startTimeUnixNano", .string("1000")), ("endTimeUnixNano", .string("2000")),
        ("attributes", .array(attributes)),
      ])
      return Sent(resource: .object([]), item: span)
    }
    // Two versions of one span, of which the greater bytes win; then the sessions and users of each spelling.
    let versions = spellings.map { [sent(1, $0)] }
    let others = [[sent(2, spellings[0])], [sent(3, spellings[1])]]
    let answers = try await answers(to: versions + others, writers: 1)
    #expect(try await self.answers(to: versions.reversed() + others, writers: 1) == answers)
  }

  @Test(arguments: 0..<8) func mixedConventionsGiveTheSameAnswers(part: UInt64) async throws {
    for seed in stride(from: part, to: Self.schedules / 3, by: 8) {
      try await check(MixedTraffic(seed: seed / 2).sent, seed, SeededGenerator(seed: seed &* 104_729 &+ 1))
    }
  }

  /// Delivered by a schedule, it has the same answers as delivered at once.
  private func check(_ sent: [Sent], _ seed: UInt64, _ random: SeededGenerator) async throws {
    var random = random
    let reference = try await answers(to: [sent], writers: 1)
    let requests = Self.schedule(sent, &random)
    let answers = try await answers(to: requests, writers: random.chance(50) ? 2 : 1)
    #expect(answers == reference, "seed \(seed)")
    if answers != reference { Self.report(reference, answers, seed) }
  }

  /// Shuffled, split at random places, some of it repeated.
  private static func schedule(_ sent: [Sent], _ random: inout SeededGenerator) -> [[Sent]] {
    var items = sent.shuffled(using: &random)
    items += items.filter { _ in random.chance(20) }
    if random.chance(50) { items.shuffle(using: &random) }
    var requests: [[Sent]] = []
    while !items.isEmpty {
      let count = min(items.count, random.chance(30) ? 1 : Int.random(in: 1...60, using: &random))
      requests.append(Array(items.prefix(count)))
      items.removeFirst(count)
    }
    return requests
  }

  private func answers(to requests: [[Sent]], writers: Int) async throws -> ExactText {
    try await TemporaryStore.with { store, limits in
      let bodies = try requests.flatMap { try $0.requests(limits: limits) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<writers {
          group.addTask {
            for index in stride(from: writer, to: bodies.count, by: writers) {
              _ = try await store.ingest(bodies[index])
            }
          }
        }
        try await group.waitForAll()
      }
      let report = try await store.verify(repair: false)
      #expect(report.isClean, "\(report.drifts) \(report.damage)")
      return try await Snapshot.text(of: store)
    }
  }

  private static func report(_ reference: ExactText, _ answers: ExactText, _ seed: UInt64) {
    let left = reference.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let right = answers.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (a, b) in zip(left, right) where !a.elementsEqual(b) {
      print("seed \(seed)\n  expected \(Substring(a))\n  got      \(Substring(b))")
      return
    }
  }
}
