import OTLP
import SwiftProtobuf
import Telemetry
import Testing

/// A Span that is taken apart comes back as it was sent, whatever its bytes are; without its texts it is still a Span.
@Suite struct SplittingTests {
  private struct Parts {
    var bytes: [UInt8] = []
    var keys: [ByteRange] = []
    var shape = ByteRange.empty
    var values = ByteRange.empty
    var texts: [UInt8] = []
  }

  private func split(_ message: [UInt8], bytesMin: Int) throws -> Parts {
    var splitter = SpanSplitter()
    splitter.begin()
    let sizes = try message.withUnsafeBytes { bytes in
      try splitter.add(bytes) { _ in CutRule(bytesMin: bytesMin, isKept: false) }
    }
    var keys: [UInt8] = []
    splitter.appendKeys(to: &keys)
    var parts = Parts(bytes: keys, texts: splitter.texts)
    splitter.appendShapesAndValues(to: &parts.bytes)
    #expect(parts.bytes.count == keys.count + sizes.shape + sizes.values && parts.texts.count == sizes.texts)
    var at = 0
    for _ in 0..<splitter.keyCount {
      let start = at
      var count = 0
      var shift = 0
      while keys[at] >= 0x80 {
        count |= Int(keys[at] & 0x7F) << shift
        shift += 7
        at += 1
      }
      count |= Int(keys[at]) << shift
      at += 1 + count
      parts.keys.append(ByteRange(offset: start, count: at - start))
    }
    parts.shape = ByteRange(offset: keys.count, count: sizes.shape)
    parts.values = ByteRange(offset: keys.count + sizes.shape, count: sizes.values)
    return parts
  }

  private func join(_ parts: Parts, withTexts: Bool) throws -> (message: [UInt8], cuts: [Int]) {
    var joiner = SpanJoiner()
    try parts.bytes.withUnsafeBytes { bytes in
      try parts.texts.withUnsafeBytes { texts in
        try joiner.join(
          bytes, keys: parts.keys, shape: parts.shape, values: parts.values, texts: withTexts ? texts : nil)
      }
    }
    return (joiner.withMessage { Array($0) }, joiner.cuts)
  }

  private func decode(_ message: [UInt8]) throws -> DecodedTelemetry {
    var assembler = TelemetryAssembler(body: message, limits: Limits())
    let resource = try assembler.addResource(.empty, schemaURL: .empty, requestProject: .empty)
    let scope = try assembler.addScope(.empty, schemaURL: .empty)
    try assembler.addSpan(ByteRange(offset: 0, count: message.count), resource: resource, scope: scope)
    return assembler.finish()
  }

  /// Half of the messages are written as no exporter does: in other orders, with longer lengths, unknown fields.
  private func message(seed: UInt64) throws -> [UInt8] {
    var messages = RandomMessages(seed: seed)
    let plain: [UInt8] = try messages.span().serializedBytes()
    if seed % 2 == 0 { return plain }
    var shuffle = WireShuffle(random: SeededGenerator(seed: seed), addsUnknown: seed % 4 == 1)
    return shuffle.rewrite(plain, "span")
  }

  @Test(arguments: 0..<400) func aSpanComesBackAsItWasSent(seed: UInt64) throws {
    let message = try message(seed: seed)
    for bytesMin in [0, 4, 1_000] {
      let parts = try split(message, bytesMin: bytesMin)
      #expect(try join(parts, withTexts: true).message == message)
    }
  }

  @Test(arguments: 0..<200) func aSpanWithoutItsTextsIsASpan(seed: UInt64) throws {
    let message = try message(seed: seed)
    let (outline, cuts) = try join(split(message, bytesMin: 3), withTexts: false)
    let (whole, part) = (try decode(message), try decode(outline))
    let (a, b) = (try #require(whole.spans.first), try #require(part.spans.first))
    #expect(a.spanID == b.spanID && a.startTime == b.startTime && a.endTime == b.endTime)
    #expect(a.events.count == b.events.count && a.links.count == b.links.count)
    try #require(a.attributes.count == b.attributes.count)
    for (place, (left, right)) in zip(whole.attributes, part.attributes).enumerated() {
      #expect(whole.body[left.key.range] == part.body[right.key.range])
      #expect(left.value.kind == right.value.kind && left.value.bits == right.value.bits)
      #expect(whole.body[left.value.range.range] == part.body[right.value.range.range] || cuts.contains(place))
      if cuts.contains(place) { #expect(right.value.range.isEmpty && left.value.range.count >= 3) }
    }
  }

  /// A damaged file: an error or other bytes, never a trap.
  @Test(arguments: 0..<400) func damagedPartsNeverTrap(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var parts = try split(message(seed: seed), bytesMin: 3)
    guard !parts.bytes.isEmpty else { return }
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      parts.bytes[Int.random(in: 0..<parts.bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    if random.chance(30) { parts.texts.removeLast(parts.texts.count / 2) }
    _ = try? join(parts, withTexts: true)
    _ = try? join(parts, withTexts: false)
  }

  @Test func longValuesInEventsStandApart() throws {
    var messages = RandomMessages(seed: 1)
    var span = messages.span()
    var event = ProtoSpan.Event()
    event.name = "exception"
    event.timeUnixNano = 7
    var attribute = ProtoKeyValue()
    attribute.key = "exception.stacktrace"
    attribute.value.stringValue = String(repeating: "at line ", count: 100)
    event.attributes = [attribute]
    span.attributes = []
    span.links = []
    span.events = [event]
    let message: [UInt8] = try span.serializedBytes()
    let parts = try split(message, bytesMin: 257)
    #expect(parts.texts.count == 800)
    #expect(try join(parts, withTexts: true).message == message)
    let outline = try ProtoSpan(serializedBytes: join(parts, withTexts: false).message)
    #expect(outline.events[0].name == "exception" && outline.events[0].timeUnixNano == 7)
    #expect(outline.events[0].attributes[0].key == "exception.stacktrace")
    #expect(outline.events[0].attributes[0].value.stringValue.isEmpty)
  }
}
