import OTLP
import Telemetry

/// What one slot of a block holds.
enum BlockItemKind: UInt8 {
  case span = 0
  case log = 1
  /// Deleted: the slot keeps its number, its bytes are gone.
  case removed = 2
}

/// The form of a block before compression. Version 1:
///
///     version           1 byte
///     resources         varint n, then n × (message, schema URL, request project)
///     scopes            varint n, then n × (message, schema URL)
///     items             varint n, then n × (kind: 1 byte, resource: varint, scope: varint, length: varint)
///     messages          the items' Span and LogRecord messages, as sent, one behind the other
///
/// A message, URL or name is its length as a varint and its bytes. Resources and scopes stand once per block.
struct BlockEncoder {
  private var resources: [[UInt8]: Int] = [:]
  private var scopes: [[UInt8]: Int] = [:]
  private var resourceBytes: [UInt8] = []
  private var scopeBytes: [UInt8] = []
  private var items: [UInt8] = []
  private var messages: [UInt8] = []
  private(set) var itemCount = 0
  /// The last resource and scope met, by request: neighbours mostly share them, and then nothing is hashed.
  private var lastResource: (request: Int, index: Int, number: Int)?
  private var lastScope: (request: Int, index: Int, number: Int)?

  /// Bytes of messages added so far.
  var messageBytes: Int { messages.count }

  /// Adds a span of `telemetry`; `request` tells requests apart. Returns its slot.
  mutating func add(span index: Int, of telemetry: DecodedTelemetry, request: Int) -> Int {
    add(
      kind: .span, message: telemetry.spans[index].message, resource: telemetry.spans[index].resource,
      scope: telemetry.spans[index].scope, of: telemetry, request: request)
  }

  /// Adds a log record of `telemetry`. Returns its slot.
  mutating func add(log index: Int, of telemetry: DecodedTelemetry, request: Int) -> Int {
    add(
      kind: .log, message: telemetry.logs[index].message, resource: telemetry.logs[index].resource,
      scope: telemetry.logs[index].scope, of: telemetry, request: request)
  }

  /// Adds the place of a deleted item.
  mutating func addRemoved() -> Int {
    items.append(BlockItemKind.removed.rawValue)
    items.append(contentsOf: [0, 0, 0])
    itemCount += 1
    return itemCount - 1
  }

  /// The whole block. The encoder is spent.
  consuming func finish() -> [UInt8] {
    var block: [UInt8] = [1]
    block.reserveCapacity(resourceBytes.count + scopeBytes.count + items.count + messages.count + 32)
    append(varint: resources.count, to: &block)
    block.append(contentsOf: resourceBytes)
    append(varint: scopes.count, to: &block)
    block.append(contentsOf: scopeBytes)
    append(varint: itemCount, to: &block)
    block.append(contentsOf: items)
    block.append(contentsOf: messages)
    return block
  }

  private mutating func add(
    kind: BlockItemKind, message: ByteRange, resource: Int, scope: Int, of telemetry: DecodedTelemetry, request: Int
  ) -> Int {
    let resourceNumber = number(ofResource: resource, of: telemetry, request: request)
    let scopeNumber = number(ofScope: scope, of: telemetry, request: request)
    items.append(kind.rawValue)
    append(varint: resourceNumber, to: &items)
    append(varint: scopeNumber, to: &items)
    append(varint: Int(message.count), to: &items)
    messages.append(contentsOf: telemetry.body[message.range])
    itemCount += 1
    return itemCount - 1
  }

  private mutating func number(ofResource index: Int, of telemetry: DecodedTelemetry, request: Int) -> Int {
    if let lastResource, lastResource.request == request, lastResource.index == index { return lastResource.number }
    let ref = telemetry.resources[index]
    var encoded: [UInt8] = []
    for range in [ref.message, ref.schemaURL, ref.requestProject] {
      append(varint: Int(range.count), to: &encoded)
      encoded.append(contentsOf: telemetry.body[range.range])
    }
    let number = resources[encoded] ?? resources.count
    if number == resources.count {
      resources[encoded] = number
      resourceBytes.append(contentsOf: encoded)
    }
    lastResource = (request, index, number)
    return number
  }

  private mutating func number(ofScope index: Int, of telemetry: DecodedTelemetry, request: Int) -> Int {
    if let lastScope, lastScope.request == request, lastScope.index == index { return lastScope.number }
    let ref = telemetry.scopes[index]
    var encoded: [UInt8] = []
    for range in [ref.message, ref.schemaURL] {
      append(varint: Int(range.count), to: &encoded)
      encoded.append(contentsOf: telemetry.body[range.range])
    }
    let number = scopes[encoded] ?? scopes.count
    if number == scopes.count {
      scopes[encoded] = number
      scopeBytes.append(contentsOf: encoded)
    }
    lastScope = (request, index, number)
    return number
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
