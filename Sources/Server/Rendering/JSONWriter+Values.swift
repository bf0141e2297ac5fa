import Conversations
import JSON
import Telemetry

extension JSONWriter {
  mutating func member(_ key: String, _ value: String?) {
    self.key(key)
    if let value { string(value) } else { null() }
  }

  mutating func member(_ key: String, _ value: Int64) {
    self.key(key)
    int(value)
  }

  mutating func member(_ key: String, _ value: Bool) {
    self.key(key)
    bool(value)
  }

  mutating func member(_ key: String, _ value: UnixNanoseconds) {
    self.key(key)
    string(value.rfc3339)
  }

  mutating func member(_ key: String, _ values: [String]) {
    self.key(key)
    beginArray()
    for value in values { string(value) }
    endArray()
  }

  /// US dollars; null where unknown.
  mutating func member(_ key: String, _ value: PicoDollars?) {
    self.key(key)
    if let value { double(value.dollars) } else { null() }
  }

  mutating func member(_ key: String, _ value: TokenCounts?) {
    self.key(key)
    guard let value else { return null() }
    beginObject()
    optional("input", value.input)
    optional("output", value.output)
    optional("total", value.total)
    if let cached = value.cachedInput { member("cached", cached) }
    if let reasoning = value.reasoning { member("reasoning", reasoning) }
    endObject()
  }

  /// `start_time`, `end_time`, and `duration_ms`: fractional, never negative.
  mutating func times(_ start: UnixNanoseconds, _ end: UnixNanoseconds) {
    member("start_time", start)
    member("end_time", end)
    key("duration_ms")
    double(end.milliseconds(since: start))
  }

  /// A text that is JSON already; `fallback` where there is none.
  mutating func member(_ key: String, json: String?, fallback: String) {
    self.key(key)
    raw(json ?? fallback)
  }

  mutating func optional(_ key: String, _ value: Int64?) {
    self.key(key)
    if let value { int(value) } else { null() }
  }
}
