import Conversations
import OTLP
import Testing

/// What real exporters sent.
@Suite struct MessageCaptureTests {
  /// The sketches of every span of a capture that has messages: input, then `→`, then output.
  private func spans(_ telemetry: DecodedTelemetry) -> [[String]] {
    telemetry.withView { view in
      view.spans.indices.compactMap { index in
        let messages = readMessages(view.span(index), logs: [], conventions: Conventions())
        return messages.isEmpty ? nil : sketch(messages.input) + ["→"] + sketch(messages.output)
      }
    }
  }

  @Test func toolsOfFutureAGI() throws {
    for stem in ["edge/e-tools-001", "gen2/g2-e-tools-001"] {
      let spans = spans(try Captures.futureAGI(stem))
      let calls = #"call get_weather({"city": "Paris"}) #call_fake1 call get_weather({"city": "Rome"}) #call_fake2"#
      let question = ["system: You are helpful.", "user: Weather in Paris and Rome?"]
      #expect(spans.first == question + ["→", "assistant: \(calls)"], "\(stem)")
      #expect(
        spans.dropFirst().first == question
          + ["assistant: \(calls)", "tool #call_fake1: 18C", "tool #call_fake2: 18C", "→", "assistant: Echo: 18C"],
        "\(stem)")
    }
  }

  @Test func imagesOfFutureAGI() throws {
    let spans = spans(try Captures.futureAGI("edge/e-vision-001"))
    #expect(spans.first?.first == "user: What is in this image? [image https://example.com/cat.png]")
  }

  /// The SDK's limit of 128 attributes dropped the beginning of the history, and the first role that is left.
  @Test func longHistoryOfFutureAGI() throws {
    let spans = spans(try Captures.futureAGI("edge/e-long-history-001"))
    #expect(spans.first?.first == "user: question 40")
    #expect(spans.first?.dropFirst().first == "assistant: answer 40")
    #expect(spans.first?.contains("user: last question") == true)
  }

  @Test func toolsOfEveryProducer() throws {
    for folder in ["openinference-openai/plain", "traceloop/sdk", "otel-genai/genai-span", "langfuse/v5"] {
      let all = try Captures.requests(folder).flatMap(spans)
      let followUp = try #require(all.first { $0.last == "assistant: It is 18 C and clear in Paris." }, "\(folder)")
      #expect(followUp.first == "system: You are a helpful assistant.", "\(folder)")
      #expect(followUp.dropFirst().first == "user: What is the weather in Paris?", "\(folder)")
      #expect(
        followUp.contains { $0.hasPrefix("assistant: call get_weather({") && $0.hasSuffix("#call_03186d8997bf") },
        "\(folder)")
      #expect(followUp.contains { $0.hasPrefix("tool #call_03186d8997bf: ") }, "\(folder)")
      let streamed = try #require(
        all.first { $0.last == "assistant: You said: Hello, what can you help me with?" }, "\(folder)")
      #expect(streamed.contains("user: Hello, what can you help me with?"), "\(folder)")
    }
  }

  /// Content in log records, structured.
  @Test func logRecords() throws {
    let requests = try Captures.requests("otel-genai/genai-event")
    let spans = try #require(requests.first { !$0.spans.isEmpty })
    let logs = try #require(requests.first { !$0.logs.isEmpty })
    let texts = spans.withView { view in
      logs.withView { records in
        view.spans.indices.compactMap { index -> SpanTexts? in
          let span = view.span(index)
          let joined = records.logs.indices.filter { records.logs[$0].spanID == span.ref.spanID }.map {
            records.log($0)
          }
          return joined.isEmpty ? nil : SpanTexts(span, logs: joined, conventions: Conventions())
        }
      }
    }
    #expect(texts.first?.own.human == "What is photosynthesis?")
    #expect(texts.first?.own.ai?.hasPrefix("Photosynthesis is the process") == true)
    #expect(texts.dropFirst(2).first?.messages.input.count == 5)
  }

  @Test func wholeRunsOfPydanticAI() throws {
    let all = try Captures.requests("pydantic-ai").flatMap(spans)
    let runs = all.filter { $0.contains("user: Give me a one-sentence summary of both processes.") }
    #expect(runs.count == 2)
    #expect(runs.allSatisfy { $0.first == "system: You are a helpful assistant." && $0.suffix(2).first == "→" })
  }

  /// The seed conversation, whoever tells it, is the same transcript: six messages.
  @Test(arguments: [
    "otel-python/proto-none", "openinference-openai/plain", "traceloop/sdk", "otel-genai/genai-span", "langfuse/v5",
    "synthetic/vercel-ai-sdk-6-js-json",
  ]) func transcripts(_ folder: String) throws {
    let calls = try Captures.requests(folder).flatMap { request in
      request.withView { view in
        view.spans.indices.map { index in
          let span = view.span(index)
          return TranscriptCall(
            traceID: span.ref.traceID, spanID: span.ref.spanID, startTime: span.ref.startTime,
            messages: readMessages(span, logs: [], conventions: Conventions()))
        }
      }
    }
    let lines = sketch(transcript(of: calls).map(\.message))
    #expect(
      Array(lines.prefix(6)) == [
        "user: What is photosynthesis?",
        "assistant: Photosynthesis is the process by which plants turn light, water and CO₂ into glucose and oxygen.",
        "user: How does it differ from cellular respiration?",
        "assistant: Photosynthesis stores energy in glucose; cellular respiration releases it as ATP.",
        "user: Give me a one-sentence summary of both processes.",
        "assistant: Photosynthesis builds glucose from sunlight and CO₂, while respiration breaks it down to release energy. 🌱",
      ])
  }
}
