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
  private var resources: [[UInt8]: Int] = [:]
  private var scopes: [[UInt8]: Int] = [:]
  private var resourceBytes: [UInt8] = []
  private var scopeBytes: [UInt8] = []
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
    append(varint: message.count, to: &items)
    messages.append(contentsOf: message)
  }

  /// Adds a span, taken apart. The splitter is of this block alone.
  mutating func add(
    _ message: UnsafeRawBufferPointer, resource: Int, scope: Int, to splitter: inout SpanSplitter,
    rule: (UnsafeRawBufferPointer) -> CutRule
  ) throws(OTLPDecodingError) {
    let sizes = try splitter.add(message, rule: rule)
    begin(sizes.cutsKept ? .longSpan : .span, resource: resource, scope: scope, message.count)
    for size in [sizes.shape, sizes.values, sizes.texts] { append(varint: size, to: &items) }
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
    append(varint: itemCount, to: &block)
    block.append(contentsOf: items)
    block.append(contentsOf: messages)
    return block
  }

  /// The outline of a block of spans, and what the block itself holds. The encoder is spent.
  consuming func finish(_ splitter: borrowing SpanSplitter) -> (outline: [UInt8], texts: [UInt8]) {
    let runs = splitter.runs
    var block = head(version: 2, room: runs.keys.count + items.count + runs.shapes.count + runs.values.count)
    append(varint: splitter.keyCount, to: &block)
    block.append(contentsOf: runs.keys)
    append(varint: itemCount, to: &block)
    block.append(contentsOf: items)
    block.append(contentsOf: runs.shapes)
    block.append(contentsOf: runs.values)
    return (block, runs.texts)
  }

  /// The number of a resource of a request; `request` tells requests apart.
  mutating func number(ofResource index: Int, of telemetry: DecodedTelemetry, request: Int) -> Int {
    if let lastResource, lastResource.request == request, lastResource.index == index { return lastResource.number }
    let ref = telemetry.resources[index]
    let number = number(ofResource: [ref.message, ref.schemaURL, ref.requestProject].map { telemetry.body[$0.range] })
    lastResource = (request, index, number)
    return number
  }

  mutating func number(ofScope index: Int, of telemetry: DecodedTelemetry, request: Int) -> Int {
    if let lastScope, lastScope.request == request, lastScope.index == index { return lastScope.number }
    let ref = telemetry.scopes[index]
    let number = number(ofScope: [ref.message, ref.schemaURL].map { telemetry.body[$0.range] })
    lastScope = (request, index, number)
    return number
  }

  /// The number of a resource of which these are message, schema URL and request project.
  mutating func number(ofResource parts: [ArraySlice<UInt8>]) -> Int {
    Self.number(of: parts, in: &resources, &resourceBytes)
  }

  /// The number of a scope of which these are message and schema URL.
  mutating func number(ofScope parts: [ArraySlice<UInt8>]) -> Int {
    Self.number(of: parts, in: &scopes, &scopeBytes)
  }

  private static func number(
    of parts: [ArraySlice<UInt8>], in numbers: inout [[UInt8]: Int], _ bytes: inout [UInt8]
  ) -> Int {
    var encoded: [UInt8] = []
    for part in parts {
      append(varint: part.count, to: &encoded)
      encoded.append(contentsOf: part)
    }
    if let number = numbers[encoded] { return number }
    numbers[encoded] = numbers.count
    bytes.append(contentsOf: encoded)
    return numbers.count - 1
  }

  private mutating func begin(_ kind: BlockItemKind, resource: Int, scope: Int, _ bytes: Int) {
    items.append(kind.rawValue)
    append(varint: resource, to: &items)
    append(varint: scope, to: &items)
    messageBytes += bytes
    itemCount += 1
    liveCount += 1
  }

  private func head(version: UInt8, room: Int) -> [UInt8] {
    var block = [version]
    block.reserveCapacity(resourceBytes.count + scopeBytes.count + room + 32)
    append(varint: resources.count, to: &block)
    block.append(contentsOf: resourceBytes)
    append(varint: scopes.count, to: &block)
    block.append(contentsOf: scopeBytes)
    return block
  }
}

private func append(varint value: Int, to bytes: inout [UInt8]) {
  var rest = UInt(bitPattern: value)
  while rest >= 0x80 {
    bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
    rest >>= 7
  }
  bytes.append(UInt8(rest))
}
