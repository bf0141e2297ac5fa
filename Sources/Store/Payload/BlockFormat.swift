import OTLP
import Telemetry

/// What one slot of a block holds.
enum BlockItemKind: UInt8 {
  case span = 0
  case log = 1
  /// Deleted: the slot keeps its number, its bytes are gone.
  case removed = 2
  /// A span that lists can't do with the outline of: facts stand in its texts.
  case longSpan = 3
}

/// The form of a block before compression. Version 1, of log records, and of spans before there were outlines:
///
///     version           1 byte
///     resources         varint n, then n × (message, schema URL, request project)
///     scopes            varint n, then n × (message, schema URL)
///     items             varint n, then n × (kind: 1 byte, resource: varint, scope: varint, length: varint)
///     messages          the items' Span and LogRecord messages, as sent, one behind the other
///
/// Version 2, of spans, is an outline; their texts are what the block itself holds, one behind the other:
///
///     version, resources, scopes
///     keys              varint n, then n × attribute key
///     items             varint n, then n × (kind, resource, scope, and varints: bytes of its shape, values and texts)
///     shapes, values    the items' messages, taken apart as `SplitForm` says
///
/// A message, URL, name or key is its length as a varint and its bytes. Resources, scopes and keys stand once per block.
struct BlockEncoder {
  private var resources = DistinctRuns()
  private var scopes = DistinctRuns()
  private var items: [UInt8] = []
  private var messages: [UInt8] = []
  private(set) var itemCount = 0
  private(set) var liveCount = 0
  /// The last resource and scope met, by request: neighbours mostly share them, and then nothing is hashed.
  private var lastResource: (request: Int, index: Int, number: Int)?
  private var lastScope: (request: Int, index: Int, number: Int)?

  /// Bytes of messages added so far, as sent.
  private(set) var messageBytes = 0

  /// Adds an item whole.
  mutating func add(_ kind: BlockItemKind, _ message: UnsafeRawBufferPointer, resource: Int, scope: Int) {
    begin(kind, resource: resource, scope: scope, message.count)
    write(varint: message.count, to: &items)
    messages.append(contentsOf: message)
  }

  /// Adds a span, taken apart. The splitter is of this block alone.
  mutating func add(
    _ message: UnsafeRawBufferPointer, resource: Int, scope: Int, to splitter: inout SpanSplitter,
    rule: (UnsafeRawBufferPointer) -> CutRule
  ) throws(OTLPDecodingError) {
    let sizes = try splitter.add(message, rule: rule)
    begin(sizes.cutsKept ? .longSpan : .span, resource: resource, scope: scope, message.count)
    for size in [sizes.shape, sizes.values, sizes.texts] { write(varint: size, to: &items) }
  }

  /// Adds the place of a deleted item.
  mutating func addRemoved(isSplit: Bool) {
    items.append(BlockItemKind.removed.rawValue)
    items.append(contentsOf: repeatElement(0, count: isSplit ? 5 : 3))
    itemCount += 1
  }

  /// The whole block. The encoder is spent.
  consuming func finish() -> [UInt8] {
    var block = head(version: 1, room: items.count + messages.count)
    write(varint: itemCount, to: &block)
    block.append(contentsOf: items)
    block.append(contentsOf: messages)
    return block
  }

  /// The outline of a block of spans; the block itself holds the splitter's texts. The encoder is spent.
  consuming func outline(_ splitter: borrowing SpanSplitter) -> [UInt8] {
    var block = head(version: 2, room: splitter.outlineBytes + items.count)
    write(varint: splitter.keyCount, to: &block)
    splitter.appendKeys(to: &block)
    write(varint: itemCount, to: &block)
    block.append(contentsOf: items)
    splitter.appendShapesAndValues(to: &block)
    return block
  }

  /// The number of a resource of a request; `request` tells requests apart.
  mutating func number(ofResource index: Int, of telemetry: DecodedTelemetry, request: Int) -> Int {
    if let lastResource, lastResource.request == request, lastResource.index == index { return lastResource.number }
    let ref = telemetry.resources[index]
    let number = telemetry.body.withUnsafeBytes { body in
      resources.number(of: body[ref.message.range], body[ref.schemaURL.range], body[ref.requestProject.range])
    }
    lastResource = (request, index, number)
    return number
  }

  mutating func number(ofScope index: Int, of telemetry: DecodedTelemetry, request: Int) -> Int {
    if let lastScope, lastScope.request == request, lastScope.index == index { return lastScope.number }
    let ref = telemetry.scopes[index]
    let number = telemetry.body.withUnsafeBytes { body in
      scopes.number(of: body[ref.message.range], body[ref.schemaURL.range], nil)
    }
    lastScope = (request, index, number)
    return number
  }

  /// The number of a block's resource.
  mutating func number(of resource: Block.Resource, in bytes: UnsafeRawBufferPointer) -> Int {
    resources.number(of: bytes[resource.message], bytes[resource.schemaURL], bytes[resource.requestProject])
  }

  /// The number of a block's scope.
  mutating func number(of scope: Block.Scope, in bytes: UnsafeRawBufferPointer) -> Int {
    scopes.number(of: bytes[scope.message], bytes[scope.schemaURL], nil)
  }

  private mutating func begin(_ kind: BlockItemKind, resource: Int, scope: Int, _ bytes: Int) {
    items.append(kind.rawValue)
    write(varint: resource, to: &items)
    write(varint: scope, to: &items)
    messageBytes += bytes
    itemCount += 1
    liveCount += 1
  }

  private func head(version: UInt8, room: Int) -> [UInt8] {
    var block = [version]
    block.reserveCapacity(resources.bytes.count + scopes.bytes.count + room + 32)
    write(varint: resources.count, to: &block)
    block.append(contentsOf: resources.bytes)
    write(varint: scopes.count, to: &block)
    block.append(contentsOf: scopes.bytes)
    return block
  }
}

/// Resources or scopes, each once. A block has few, mostly one: they are compared one by one, and only many are hashed.
private struct DistinctRuns {
  private static let fewRuns = 8
  /// All of them, in their order.
  private(set) var bytes: [UInt8] = []
  private var ranges: [Range<Int>] = []
  private var hashed: [ArraySlice<UInt8>: Int] = [:]

  var count: Int { ranges.count }

  /// The number of the one that has these parts; each stands behind its length.
  mutating func number(
    of first: Slice<UnsafeRawBufferPointer>, _ second: Slice<UnsafeRawBufferPointer>,
    _ third: Slice<UnsafeRawBufferPointer>?
  ) -> Int {
    let start = bytes.count
    append(part: first)
    append(part: second)
    if let third { append(part: third) }
    if let known = find(start..<bytes.count) {
      bytes.removeLast(bytes.count - start)
      return known
    }
    ranges.append(start..<bytes.count)
    return ranges.count - 1
  }

  private mutating func append(part: Slice<UnsafeRawBufferPointer>) {
    write(varint: part.count, to: &bytes)
    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: part))
  }

  private mutating func find(_ new: Range<Int>) -> Int? {
    if ranges.count <= Self.fewRuns {
      return bytes.withUnsafeBytes { bytes in
        ranges.firstIndex { $0.count == new.count && isSame(bytes, $0.lowerBound, new.lowerBound, new.count) }
      }
    }
    if hashed.isEmpty { for (number, range) in ranges.enumerated() { hashed[Array(bytes[range])[...]] = number } }
    let key = Array(bytes[new])[...]
    if let known = hashed[key] { return known }
    hashed[key] = ranges.count
    return nil
  }

  private func isSame(_ bytes: UnsafeRawBufferPointer, _ a: Int, _ b: Int, _ count: Int) -> Bool {
    bytesAreEqual(
      UnsafeRawBufferPointer(rebasing: bytes[a..<a + count]), UnsafeRawBufferPointer(rebasing: bytes[b..<b + count]))
  }
}

private func write(varint value: Int, to bytes: inout [UInt8]) {
  var rest = UInt(bitPattern: value)
  while rest >= 0x80 {
    bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
    rest >>= 7
  }
  bytes.append(UInt8(rest))
}
