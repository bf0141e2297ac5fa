import JSON
import Telemetry

/// Traffic with what lists of spans must get right besides: spans that end before they start, spans that only announce
/// another, whether it comes or not, and values of every type.
enum SpanTraffic {
  static func sent(seed: UInt64, sessions: Int = 4) -> [Sent] {
    var random = SeededGenerator(seed: seed &+ 99)
    var sent: [Sent] = []
    for var one in Traffic(seed: seed, sessions: sessions).sent {
      if one.isLog {
        sent.append(one)
        continue
      }
      if random.chance(15) { one.item = reversed(one.item, &random) }
      if random.chance(30) { one.item = with(extras(&random), one.item) }
      if random.chance(25) {
        sent.append(Sent(resource: one.resource, item: announcement(of: one.item, &random)))
        if random.chance(40) { continue }
      }
      sent.append(one)
    }
    return sent
  }

  private static func extras(_ random: inout SeededGenerator) -> [(String, JSONValue)] {
    let number = random.next() % 5
    return [
      ("app.count", .object([("intValue", .string(String(number)))])),
      ("app.ratio", .object([("doubleValue", .double(Double(number) / 4))])),
      ("app.flag", .object([("boolValue", .bool(number > 2))])),
      (
        "app.list",
        .object([
          (
            "arrayValue",
            .object([
              (
                "values",
                .array([.object([("stringValue", .string("a"))]), .object([("intValue", .string(String(number)))])])
              )
            ])
          )
        ])
      ),
      ("odd key \"\\.", .object([("stringValue", .string(number == 0 ? String(repeating: "x", count: 300) : "y"))])),
      (
        "metadata",
        .object([
          (
            "stringValue",
            .string("{\"stage\":\"s\(number)\",\"customer\":{\"tier\":\(number),\"of\":[1,\"b\"]},\"none\":null}")
          )
        ])
      ),
      ("gen_ai.request.model", .object([("stringValue", .string("asked-\(number % 2)"))])),
    ]
  }

  private static func with(_ attributes: [(String, JSONValue)], _ span: JSONValue) -> JSONValue {
    changed(span, "attributes") { value in
      let more = attributes.map { JSONValue.object([("key", .string($0.0)), ("value", $0.1)]) }
      return .array((value.array ?? []).filter { $0["key"]?.string != "metadata" } + more)
    }
  }

  private static func reversed(_ span: JSONValue, _ random: inout SeededGenerator) -> JSONValue {
    let start = span["startTimeUnixNano"]?.string.flatMap { UInt64($0) } ?? 0
    let end = random.chance(30) ? 0 : start - random.next() % 50_000_000
    return changed(span, "endTimeUnixNano") { _ in .string(String(end)) }
  }

  private static func announcement(of span: JSONValue, _ random: inout SeededGenerator) -> JSONValue {
    let digits = "0123456789abcdef"
    let id = String((0..<16).map { _ in digits.randomElement(using: &random) ?? "1" })
    let attributes: [(String, JSONValue)] = [
      ("logfire.span_type", .object([("stringValue", .string("pending_span"))])),
      ("logfire.pending_parent_id", .object([("stringValue", span["parentSpanId"] ?? .string("0000000000000000"))])),
    ]
    guard case .object(let members) = with(attributes, span) else { return span }
    let kept = members.filter { $0.key != "spanId" && $0.key != "parentSpanId" }
    return .object(kept + [("spanId", .string(id)), ("parentSpanId", span["spanId"] ?? .null)])
  }

  private static func changed(_ object: JSONValue, _ name: String, _ change: (JSONValue) -> JSONValue) -> JSONValue {
    guard case .object(let members) = object else { return object }
    return .object(members.map { $0.key == name ? ($0.key, change($0.value)) : $0 })
  }
}
