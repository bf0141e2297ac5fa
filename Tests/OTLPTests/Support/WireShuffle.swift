/// Rewrites protobuf so that it means the same: fields of different numbers change places, lengths and varints get
/// longer than they need to be. On request it also adds fields that no schema has.
struct WireShuffle {
  var random: SeededGenerator
  var addsUnknown = false

  /// Which fields of which message are messages themselves.
  private static let nested: [String: [UInt64: String]] = [
    "request": [1: "group"],
    "group": [1: "resource", 2: "scopeGroup"],
    "scopeGroup": [1: "scope", 2: "span"],
    "resource": [1: "keyValue"],
    "scope": [3: "keyValue"],
    "span": [9: "keyValue", 11: "event", 13: "link", 15: "status"],
    "event": [3: "keyValue"],
    "link": [4: "keyValue"],
    "keyValue": [2: "value"],
    "value": [5: "array", 6: "list"],
    "array": [1: "value"],
    "list": [1: "keyValue"],
  ]

  mutating func rewrite(_ message: [UInt8], _ type: String = "request") -> [UInt8] {
    var fields: [(number: UInt64, bytes: [UInt8])] = []
    var at = 0
    while at < message.count {
      let tag = Self.varint(message, &at)
      let number = tag >> 3
      var bytes = Self.encode(tag)
      switch tag & 7 {
      case 0: bytes += padded(Self.varint(message, &at))
      case 1:
        bytes += message[at..<at + 8]
        at += 8
      case 5:
        bytes += message[at..<at + 4]
        at += 4
      case 3:
        // Groups are only those that were added: a varint field of two bytes, and an end of two.
        bytes += message[at..<at + 4]
        at += 4
      default:
        let count = Int(Self.varint(message, &at))
        var payload = Array(message[at..<at + count])
        at += count
        if let inner = Self.nested[type]?[number] { payload = rewrite(payload, inner) }
        bytes += padded(UInt64(payload.count)) + payload
      }
      fields.append((number, bytes))
    }
    // Unknown fields at the levels around a span have no place in what is stored.
    if addsUnknown, !["request", "group", "scopeGroup"].contains(type) {
      fields += Self.unknown.filter { _ in random.chance(40) }
    }
    return mixed(fields).flatMap(\.bytes)
  }

  /// One varint, one text, one group (start, varint field 1, end), one fixed64 and one fixed32.
  private static var unknown: [(number: UInt64, bytes: [UInt8])] {
    [
      (2000, encode(2000 << 3) + [0x2A]),
      (999, encode(999 << 3 | 2) + [3, 0x78, 0xFF, 0x79]),
      (2001, encode(2001 << 3 | 3) + [0x08, 0x01] + encode(2001 << 3 | 4)),
      (77, encode(77 << 3 | 1) + [1, 2, 3, 4, 5, 6, 7, 8]),
      (78, encode(78 << 3 | 5) + [1, 2, 3, 4]),
      (2000, encode(2000 << 3) + [0x05]),
    ]
  }

  /// Any order that keeps the order of fields with the same number.
  private mutating func mixed(
    _ fields: [(number: UInt64, bytes: [UInt8])]
  ) -> [(number: UInt64, bytes: [UInt8])] {
    var queues: [UInt64: [(number: UInt64, bytes: [UInt8])]] = [:]
    for field in fields { queues[field.number, default: []].append(field) }
    let order = fields.map(\.number).shuffled(using: &random)
    return order.compactMap { queues[$0]?.removeFirst() }
  }

  private mutating func padded(_ value: UInt64) -> [UInt8] {
    var bytes = Self.encode(value)
    guard random.chance(20), bytes.count < 9 else { return bytes }
    bytes[bytes.count - 1] |= 0x80
    return bytes + [0]
  }

  static func encode(_ value: UInt64) -> [UInt8] {
    var value = value
    var bytes: [UInt8] = []
    while value >= 0x80 {
      bytes.append(UInt8(value & 0x7F) | 0x80)
      value >>= 7
    }
    return bytes + [UInt8(value)]
  }

  static func varint(_ bytes: [UInt8], _ at: inout Int) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      value |= UInt64(byte & 0x7F) << shift
      shift += 7
      if byte < 0x80 { break }
    }
    return value
  }
}
