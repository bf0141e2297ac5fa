import Conversations
import Filters
import JSON
import OTLP
import Telemetry
import Testing

@testable import Store

/// Counts of keys and values agree with those of all spans read whole.
@Suite struct AttributeTests {
  @Test(arguments: [1, 2, 3] as [UInt64]) func countsAgreeWithTheSpans(seed: UInt64) async throws {
    try await TemporaryStore.with { store, limits in
      try await store.take(SpanTraffic.sent(seed: seed, sessions: 6), limits)
      let naive = try await NaiveSpans(store)
      let filters = try await NaiveSpanFilter(store)
      var random = SeededGenerator(seed: seed)
      for _ in 0..<12 {
        var question = ListQuestion(limit: 7)
        RandomQuestion.narrow(&question, naive, &random)
        var syntax: FilterSyntax?
        if random.chance(60) {
          let text = FilterTraffic.filter(of: .spans, filters.all, &random)
          syntax = try FilterSyntax.parse(text, limits: limits)
          question.filter = try Filter(text, for: .spans, limits: limits)
        }
        let phrases = random.chance(25) ? filters.phrases(&random) : []
        if let phrase = phrases.first { question.text = try TextQuery("\"\(phrase)\"", limits: limits) }
        let found = filters.choose(naive.list(question), syntax, phrases: Array(phrases.prefix(1)))
        let chosen = Set(found.map(SpanName.init))
        let (keys, values) = try await Self.counts(of: chosen, store)
        let rows = try await store.keys(question)
        #expect(Dictionary(uniqueKeysWithValues: rows.map { ($0.key, $0.count) }) == keys)
        for (a, b) in zip(rows, rows.dropFirst()) {
          #expect(a.count > b.count || (a.count == b.count && a.key.utf8.lexicographicallyPrecedes(b.key.utf8)))
        }
        for key in ["app.count", "app.list", "metadata.customer.tier", "resource.\"service.name\"", "session.id"] {
          let found = try await store.values(AttributeKey(key), question)
          #expect(
            Dictionary(uniqueKeysWithValues: found.map { ("\($0.value)", $0.count) }) == values[key] ?? [:], "\(key)")
        }
      }
    }
  }

  /// Of each key, and of each value of a key, the number of spans that have it.
  private static func counts(
    of chosen: Set<SpanName>, _ store: Store
  ) async throws -> ([String: Int64], [String: [String: Int64]]) {
    var keys: [String: Int64] = [:]
    var values: [String: [String: Int64]] = [:]
    for row in try await store.traces(ListQuestion(limit: 500)).rows {
      guard let trace = try await store.trace(row.id) else { continue }
      trace.telemetry.withView { view in
        for (index, facts) in trace.facts.enumerated()
        where chosen.contains(SpanName(NaiveSpans.Span(trace: row, facts: facts, isBookmarked: false))) {
          let span = view.span(index)
          var pairs: [(String, AttributeValue)] = []
          for one in span.attributes {
            let key = view.text(one.key)
            let isClear = !key.hasPrefix("metadata.") && !key.hasPrefix("resource.") && !key.hasPrefix("attributes.")
            pairs.append(
              (isClear ? key : "attributes.\"\(key)\"", AttributeValue(one.value, in: view, depthMax: 100)))
          }
          for one in span.resourceAttributes {
            let key = view.text(one.key)
            pairs.append(
              (
                key.contains(".") ? "resource.\"\(key)\"" : "resource.\(key)",
                AttributeValue(one.value, in: view, depthMax: 100)
              ))
          }
          if let text = facts.metadata.first, let json = try? JSONValue.parse(text) {
            for member in json.object ?? [] {
              if member.key == "customer" {
                pairs.append(("metadata.customer.tier", .int(member.value["tier"]?.int64 ?? -1)))
                pairs.append(("metadata.customer.of", .array([])))
              } else {
                pairs.append(("metadata.\(member.key)", .none))
              }
            }
          }
          for key in Set(pairs.map(\.0)) { keys[key, default: 0] += 1 }
          let said = Set(pairs.flatMap { pair in Self.scalars(pair.1).map { Said(key: pair.0, value: $0) } })
          for one in said { values[one.key, default: [:]][one.value, default: 0] += 1 }
        }
      }
    }
    return (keys, values)
  }

  private struct Said: Hashable {
    let key: String
    let value: String
  }

  private static func scalars(_ value: AttributeValue) -> [String] {
    switch value {
    case .string(let text): text.utf8.count > 64 ? [] : ["\(AttributeScalar.string(text))"]
    case .int(let number): ["\(AttributeScalar.int(number))"]
    case .bool(let flag): ["\(AttributeScalar.bool(flag))"]
    case .double(let number): ["\(AttributeScalar.double(number))"]
    case .array(let elements): elements.flatMap { scalars($0) }
    case .none, .keyValueList, .bytes: []
    }
  }

  @Test(arguments: [
    ("llm.model_name", AttributeScope.span, "llm.model_name"), ("attributes.\"a.b\"", .span, "a.b"),
    ("attributes.\"metadata.x\"", .span, "metadata.x"), ("resource.\"service.name\"", .resource, "service.name"),
    ("resource.service.name", .resource, "service.name"), ("metadata.customer.tier", .metadata, "customer.tier"),
    ("metadata.\"a b\".c", .metadata, "a b.c"), (#"attributes."a\"\\b""#, .span, #"a"\b"#), ("a\"b", .span, "a\"b"),
  ])
  func keysAreReadAsTheyAreWritten(text: String, scope: AttributeScope, name: String) {
    let key = AttributeKey(text)
    #expect(key.scope == scope && key.name.text == name)
    #expect(AttributeKey(key.text) == key && AttributeKey(key.field) == key)
  }

  @Test func countsOfMoreThanTheLimitSayThatTheyAreNotAll() async throws {
    var limits = Limits()
    limits.attributeSpansMax = 10
    try await TemporaryStore.with(limits: limits) { store, limits in
      try await store.take(SpanTraffic.sent(seed: 2, sessions: 8), limits)
      let answer = try await store.attributes(ListQuestion(limit: 500))
      #expect(!answer.isComplete && (1...10).contains(answer.spansExamined))
      #expect(answer.page.rows.allSatisfy { $0.count <= answer.spansExamined })
      let newest = try await store.traces(ListQuestion(limit: 1)).rows.first
      var question = ListQuestion(limit: 500)
      question.from = newest?.endTime
      #expect(try await store.attributes(question).isComplete)
    }
  }

  @Test func longValuesAreLeftOutAndCounted() async throws {
    try await TemporaryStore.with { store, limits in
      try await store.take(SpanTraffic.sent(seed: 2, sessions: 20), limits)
      let answer = try await store.values(of: AttributeKey("odd key \"\\."), ListQuestion(limit: 500))
      #expect(answer.page.rows.map { "\($0.value)" } == ["string(\"y\")"])
      #expect(answer.leftOut > 0)
      #expect(try await store.values(of: AttributeKey("unheard.of"), ListQuestion(limit: 5)).page.rows.isEmpty)
    }
  }
}

extension Store {
  func keys(_ question: ListQuestion) async throws -> [AttributeRow] {
    var question = question
    var rows: [AttributeRow] = []
    repeat {
      let page = try await attributes(question).page
      rows += page.rows
      question.cursor = page.next
    } while question.cursor != nil
    return rows
  }

  func values(_ key: AttributeKey, _ question: ListQuestion) async throws -> [AttributeValueRow] {
    var question = question
    var rows: [AttributeValueRow] = []
    repeat {
      let page = try await values(of: key, question).page
      rows += page.rows
      question.cursor = page.next
    } while question.cursor != nil
    return rows
  }
}
