import Store

/// A cursor as clients carry it: base64url without padding over version, list, order, place and a checksum, so that a
/// text which is no cursor of this list in this order is told from one that is.
enum CursorText {
  /// The lists that have cursors.
  enum List: UInt8, CaseIterable {
    case projects = 1, sessions, traces, conversation, messages, explanation, users, spans, attributes, attributeValues
    case search
  }

  private static let version: UInt8 = 1

  static func encode(_ cursor: Cursor, of list: List) -> String {
    var bytes: [UInt8] = [
      version, list.rawValue, code(cursor.sort.key), cursor.sort.descending ? 1 : 0, cursor.value == nil ? 0 : 1,
    ]
    bytes += bigEndian(UInt64(bitPattern: cursor.value ?? 0))
    bytes += cursor.id
    return Base64URL.encode(bytes + checksum(bytes))
  }

  /// nil: no cursor of this list in this order.
  static func decode(_ text: String, of list: List, sort: Sort) -> Cursor? {
    guard let all = Base64URL.decode(text), all.count >= 17 else { return nil }
    let bytes = all.dropLast(4)
    guard Array(all.suffix(4)) == checksum(Array(bytes)), bytes[0] == version, bytes[1] == list.rawValue,
      bytes[2] == code(sort.key), bytes[3] == (sort.descending ? 1 : 0), bytes[4] <= 1
    else { return nil }
    let value = bytes[5..<13].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Cursor(sort: sort, value: bytes[4] == 0 ? nil : Int64(bitPattern: value), id: Array(bytes.dropFirst(13)))
  }

  private static func code(_ key: Sort.Key) -> UInt8 {
    switch key {
    case .endTime: 0
    case .startTime: 1
    case .duration: 2
    case .traceCount: 3
    case .tokens: 4
    case .cost: 5
    case .errorCount: 6
    }
  }

  private static func bigEndian(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
  }

  /// FNV-1a, 32 bits. Source: http://www.isthe.com/chongo/tech/comp/fnv/
  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    let hash = bytes.reduce(UInt32(0x811C_9DC5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: hash >> UInt32($0)) }
  }
}
