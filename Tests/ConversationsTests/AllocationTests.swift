import CAllocations
import Conversations
import JSON
import OTLP
import Telemetry
import Testing

/// Allocations a span, counted and not timed, so that they are the same on every machine. The bounds are for the debug
/// build that the tests are, a little above what is counted: a change that adds an allocation to each span fails here.
/// Under a sanitizer nothing is counted and everything passes.
struct AllocationTests {
  private static let conventions = Conventions.shipped

  @Test func decodingAllocatesPerRequestNotPerSpan() throws {
    let counts = try [128, 512].map { size in
      let body = try Self.chat(spans: size).body
      return try Self.allocations {
        _ = try DecodedTelemetry.decodeTraces(protobuf: body, requestProject: nil, limits: Limits())
      }
    }
    #expect(counts[1] - counts[0] < 100, "\(counts)")
  }

  @Test func factsOfASpan() throws {
    let telemetry = try Self.chat(spans: 256)
    let count = Self.allocations {
      telemetry.withView { view in
        for index in view.spans.indices {
          _ = SpanFacts(reading: view.span(index), logs: [], conventions: Self.conventions)
        }
      }
    }
    #expect(count / 256 <= 440, "\(count / 256)")
  }

  @Test func summaryOfATrace() throws {
    let facts = try Self.chat(spans: 256).withView { view in
      view.spans.indices.map { SpanFacts(reading: view.span($0), logs: [], conventions: Self.conventions) }
    }
    let count = Self.allocations { _ = TraceSummary(resolving: facts) }
    #expect(count / 256 <= 36, "\(count / 256)")
  }

  private static func allocations(_ work: () throws -> Void) rethrows -> Int {
    // The first time pays for what is made once.
    try work()
    let before = steno_allocation_count()
    try work()
    return Int(steno_allocation_count() - before)
  }

  /// Model calls of one trace, each with a history of ten messages.
  private static func chat(spans: Int) throws -> DecodedTelemetry {
    let calls = (1...spans).map { number in
      var attributes: [(String, JSONValue)] = [
        ("openinference.span.kind", .string("LLM")), ("session.id", .string("session")), ("user.id", .string("user")),
        ("llm.model_name", .string("gpt-4o")), ("llm.token_count.prompt", .int(100)),
        ("llm.token_count.completion", .int(20)), ("metadata", .string(#"{"turn":1,"stage":"closing"}"#)),
        ("output.value", .string("answer \(number)")),
      ]
      for index in 0..<10 {
        let role = index % 2 == 0 ? "user" : "assistant"
        attributes.append(("llm.input_messages.\(index).message.role", .string(role)))
        attributes.append(("llm.input_messages.\(index).message.content", .string("message \(index) of \(number)")))
      }
      return TestSpan(UInt64(number), parent: number == 1 ? nil : 1, at: UInt64(number), attributes)
    }
    return try request(calls)
  }
}
