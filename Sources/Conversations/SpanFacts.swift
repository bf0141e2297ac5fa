package struct SpanFacts: Sendable {}
